import { join } from 'node:path'
import type { Matrix } from '../../src/arrays/matrix.js'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { cmmd } from '../../src/metrics/cmmd.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { polynomialMmd } from '../../src/metrics/kernel-inception.js'
import { precisionRecallDensityCoverage } from '../../src/metrics/precision-recall-density-coverage.js'
import { separability } from '../../src/metrics/separability.js'
import { featureRows } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'
import { features } from '../../test/metrics/reference.js'
import { runPython } from '../../test/python.js'
import { type Check, inFolder, largestDifference, writeArray } from './check.js'

function frechet(name: string, reference: string, value: string, rows: readonly [number, number]): Check {
  const columns = 192
  return {
    name,
    reference,
    unit: 'relative',
    tolerance: 1e-9,
    needs: ['scipy', 'sklearn'],
    compare: () =>
      inFolder(async (folder) => {
        const sets = rows.map((count, i) => features(count, columns, i + 1, 0.2 * i))
        const files = sets.map(({ rows, data }, i) =>
          writeArray(join(folder, `${i}.npy`), Float64Array.from(data), [rows, columns]),
        )
        const script = join('test', 'metrics', 'reference.py')
        const theirs = Number(runPython([script, ...files, value]).toString())
        const [a, b] = [await featureStatistics(sets[0], 'a'), await featureStatistics(sets[1], 'b')]
        const { distance } = await frechetDistance(a, b)
        return {
          difference: Math.abs(distance - theirs) / theirs,
          of: `${rows.join(' and ')} images, ${columns} dimensions`,
        }
      }),
  }
}

interface OfTwoSets {
  readonly name: string
  readonly reference: string
  readonly unit: string
  readonly tolerance: number
  /** what reference.py is asked for */
  readonly value: string
  readonly ours: (a: Matrix<Float64Array>, b: Matrix<Float64Array>) => Promise<number[]>
  /** of ours and theirs, one number after another */
  readonly differences: (ours: readonly number[], theirs: readonly number[]) => number
}

const relative = ([ours]: readonly number[], [theirs]: readonly number[]): number =>
  Math.abs(ours - theirs) / theirs

/** A number, or some by name, of two sets of features, against scikit-learn's in float64. */
function ofTwoSets({ value, ours, differences, ...check }: OfTwoSets): Check {
  const [columns, counts] = [64, [500, 400]]
  return {
    ...check,
    needs: ['scipy', 'sklearn'],
    compare: () =>
      inFolder(async (folder) => {
        const sets = counts.map((count, i) => features(count, columns, i + 1, 0.2 * i))
        const files = sets.map(({ rows, data }, i) =>
          writeArray(join(folder, `${i}.npy`), Float64Array.from(data), [rows, columns]),
        )
        const script = join('test', 'metrics', 'reference.py')
        const theirs: number | Record<string, number> = JSON.parse(
          runPython([script, ...files, value]).toString(),
        )
        const [a, b] = sets.map((set) => ({ ...set, data: Float64Array.from(set.data) }))
        const numbers = typeof theirs === 'number' ? [theirs] : Object.values(theirs)
        return {
          difference: differences(await ours(a, b), numbers),
          of: `${counts.join(' and ')} images, ${columns} dimensions`,
        }
      }),
  }
}

const kernel = ofTwoSets({
  name: 'kernel distance (KID) of two whole sets',
  reference: "scikit-learn's polynomial_kernel",
  unit: 'relative',
  tolerance: 1e-9,
  value: 'kid',
  ours: async (a, b) => [await polynomialMmd(a, b)],
  differences: relative,
})

const clip = ofTwoSets({
  name: 'CMMD, from features on',
  reference: "scikit-learn's rbf_kernel",
  unit: 'relative',
  tolerance: 1e-9,
  value: 'cmmd',
  ours: async (a, b) => [(await cmmd(a, b)).distance],
  differences: relative,
})

const manifold = (neighbours: 3 | 5) =>
  ofTwoSets({
    name: `precision, recall, density, coverage (PRDC) with ${neighbours} neighbours`,
    reference: "their definitions by scikit-learn's pairwise_distances",
    unit: 'share',
    tolerance: 1e-12,
    value: `manifold${neighbours}`,
    ours: async (a, b) => {
      const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(a, b, {
        neighbours,
      })
      return [precision, recall, density, coverage]
    },
    differences: largestDifference,
  })

/** Identities of which some are near one another, at about the threshold. */
function crowd(identities: number, columns: number): Float32Array {
  const random = new RandomStream(3, 'fidelity crowd')
  const data = new Float32Array(identities * columns)
  random.fillNormal(data)
  for (let i = columns; i < data.length; i++)
    if (Math.floor(i / columns) % 3 === 0) data[i] += 0.5 * data[i - columns]
  return data
}

const separate: Check = {
  name: 'separability: separable, unique@n, mean similarity',
  reference: "the definition in NumPy's float64",
  unit: 'identities, similarity',
  tolerance: 1e-9,
  needs: ['numpy'],
  compare: () =>
    inFolder(async (folder) => {
      const [rows, columns, step] = [3000, 128, 500]
      const data = crowd(rows, columns)
      const script = `import json, sys, numpy as np
x = np.load(sys.argv[1]).astype(np.float64)
x /= np.linalg.norm(x, axis=1, keepdims=True)
s = x @ x.T
n = len(s)
others = s[~np.eye(n, dtype=bool)]
np.fill_diagonal(s, -2)
earlier = np.array([-2] + [s[i, :i].max() for i in range(1, n)])
print(json.dumps([int((s.max(1) < 0.4).sum()), float(others.mean())] + [int((earlier[:m] <= 0.4).sum()) for m in range(${step}, n + 1, ${step})]))`
      const file = writeArray(join(folder, 'x.npy'), data, [rows, columns])
      const theirs: number[] = JSON.parse(runPython(['-c', script, file]).toString())
      const { counts, meanSimilarity } = await separability(featureRows({ rows, columns, data }, 'crowd'), {
        thresholds: [0.4],
        uniqueStep: step,
      })
      const [{ separable, unique }] = counts
      const ours = [separable, meanSimilarity, ...unique.map(({ count }) => count)]
      return { difference: largestDifference(ours, theirs), of: `${rows} identities` }
    }),
}

export const METRIC_CHECKS: readonly Check[] = [
  frechet('Frechet distance (FID), full rank', "SciPy's matrix square root", 'frechet', [1500, 1200]),
  frechet('Frechet distance (FID), few images', "SciPy's singular values", 'frechetOfFew', [40, 900]),
  kernel,
  clip,
  manifold(3),
  manifold(5),
  separate,
]
