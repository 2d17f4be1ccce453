import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ARCFACE_TEMPLATE, type Point } from '../../src/faces/arcface-template.js'
import { fitSimilarity, type Similarity } from '../../src/faces/similarity-fit.js'
import { PYTHON, pythonHas } from '../python.js'

const apply = ({ a, b, tx, ty }: Similarity, [x, y]: Point): Point => [a * x - b * y + tx, b * x + a * y + ty]

test('a similarity is found again from what it does to points', () => {
  const number = fc.double({ min: -200, max: 200, noNaN: true })
  fc.assert(
    fc.property(
      fc.record({ a: number, b: number, tx: number, ty: number }),
      fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 9 }),
      (similarity, points) => {
        const spread = points.some(([x, y]) => Math.hypot(x - points[0][0], y - points[0][1]) > 1)
        fc.pre(spread)
        const found = fitSimilarity(
          points,
          points.map((point) => apply(similarity, point)),
        )
        for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(similarity[key], 5)
      },
    ),
  )
})

test('no smaller error is near: the squared error rises whichever way the fit is changed', () => {
  const points: Point[] = [
    [30, 40],
    [80, 35],
    [55, 66],
    [36, 88],
    [77, 95],
  ]
  const error = (similarity: Similarity) =>
    points.reduce((sum, point, i) => {
      const [x, y] = apply(similarity, point)
      return sum + (x - ARCFACE_TEMPLATE[i][0]) ** 2 + (y - ARCFACE_TEMPLATE[i][1]) ** 2
    }, 0)
  const fit = fitSimilarity(points, ARCFACE_TEMPLATE)
  for (const key of ['a', 'b', 'tx', 'ty'] as const)
    for (const step of [1e-4, -1e-4])
      expect(error({ ...fit, [key]: fit[key] + step })).toBeGreaterThan(error(fit))
})

test("it is scikit-image's, which insightface aligns with", (context) => {
  if (!pythonHas('skimage', 'numpy')) context.skip("scikit-image isn't here")
  const points: Point[] = [
    [131.2, 98.4],
    [188.9, 91.7],
    [166.3, 130.1],
    [141.8, 166.9],
    [190.2, 160.4],
  ]
  const script = `
import json, sys, numpy
from skimage.transform import SimilarityTransform
points, to = json.load(sys.stdin)
fit = SimilarityTransform()
fit.estimate(numpy.array(points), numpy.array(to))
print(json.dumps(fit.params[:2].tolist()))`
  const { stdout } = spawnSync(PYTHON, ['-c', script], {
    input: JSON.stringify([points, ARCFACE_TEMPLATE]),
    encoding: 'utf8',
  })
  const [[a, minusB, tx], [b, , ty]] = JSON.parse(stdout)
  const fit = fitSimilarity(points, ARCFACE_TEMPLATE)
  expect(fit.a).toBeCloseTo(a, 10)
  expect(fit.b).toBeCloseTo(b, 10)
  expect(-fit.b).toBeCloseTo(minusB, 10)
  expect(fit.tx).toBeCloseTo(tx, 8)
  expect(fit.ty).toBeCloseTo(ty, 8)
})

test('points that are all one, or of another number, are refused', () => {
  expect(() =>
    fitSimilarity(
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ),
  ).toThrow('no direction')
  expect(() => fitSimilarity([[1, 1]], ARCFACE_TEMPLATE)).toThrow('1 points to 5')
})
