import { join } from 'node:path'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { features } from '../../test/metrics/reference.js'
import { type Check, inFolder, runPython, writeArray } from './check.js'

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

export const METRIC_CHECKS: readonly Check[] = [
  frechet('Frechet distance (FID), full rank', "SciPy's matrix square root", 'frechet', [1500, 1200]),
  frechet('Frechet distance (FID), few images', "SciPy's singular values", 'frechetOfFew', [40, 900]),
]
