import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { precisionRecallDensityCoverage } from '../../src/metrics/precision-recall-density-coverage.js'
import { features, hasSciPy, reference } from './reference.js'

const onALine = (...data: number[]): Matrix => ({
  rows: data.length,
  columns: 1,
  data: Float64Array.from(data),
})

describe('precision, recall, density, coverage', () => {
  test('on a line, by hand', async () => {
    // One neighbour: the real radii are 1, 1, 2 and 4; the generated ones 0.25, 0.25 and 19.75.
    const real = onALine(0, 1, 3, 7)
    const generated = onALine(0.5, 0.25, 20)
    expect(await precisionRecallDensityCoverage(real, generated, { neighbours: 1 })).toEqual({
      precision: 2 / 3,
      recall: 3 / 4,
      density: 4 / 3,
      coverage: 2 / 4,
      neighbours: 1,
      images: [4, 3],
    })
  })

  test.skipIf(!hasSciPy).for([
    [3, 300, 200, 24],
    [5, 1100, 1030, 40],
  ] as const)('scikit-learn, %i neighbours (needs python3): equal', async ([neighbours, m, n, columns]) => {
    const [real, generated] = [features(m, columns, 1), features(n, columns, 2, 0.1)]
    const wanted = reference(neighbours === 3 ? 'manifold3' : 'manifold5', real, generated)
    const found = await precisionRecallDensityCoverage(real, generated, { neighbours })
    for (const name of ['precision', 'recall', 'density', 'coverage'] as const) {
      expect(found[name]).toBeGreaterThan(0.02)
      expect(Math.abs(found[name] - wanted[name])).toBeLessThan(1e-12)
    }
  })

  test('copies of the real images: all inside, and the k-th neighbour is on the sphere, not within', async () => {
    const real = features(200, 64, 1)
    const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(real, real)
    // Each sphere holds its centre and 4 others.
    expect({ precision, recall, density, coverage }).toEqual({
      precision: 1,
      recall: 1,
      density: 1,
      coverage: 1,
    })
  })

  test('far away nothing is shared', async () => {
    const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(
      features(50, 16, 1),
      { ...features(50, 16, 2), data: features(50, 16, 2).data.map((value) => value + 1000) },
    )
    expect([precision, recall, density, coverage]).toEqual([0, 0, 0, 0])
  })

  test('too few images for the neighbours are refused', async () => {
    await expect(
      precisionRecallDensityCoverage(features(5, 4, 1), features(9, 4, 2), {}, ['real.npy', 'made.npy']),
    ).rejects.toThrow(
      'real.npy: 5 images have no 5 neighbours each; give at least 6 images, or fewer neighbours',
    )
  })
})
