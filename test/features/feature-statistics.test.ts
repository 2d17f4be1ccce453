import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeNpz } from '../../src/arrays/npz.js'
import {
  encodeFeatureStatistics,
  encodeMomentsCheckpoint,
  readFeatureStatistics,
  readMomentsCheckpoint,
} from '../../src/features/feature-statistics.js'
import { featureStatistics, StreamingMoments } from '../../src/linear-algebra/streaming-moments.js'
import { features } from '../metrics/reference.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const hasNumPy = pythonHas('numpy')
const folder = scratchFolder()

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const set = features(600, 12, 1)
const float64 = (shape: number[], ...data: number[]) =>
  ({ type: '<f8', shape, data: Float64Array.from(data) }) as const

describe('statistics', () => {
  test('come back as they were written, with the number of images', async () => {
    const statistics = await featureStatistics(set, 'set')
    expect(await readFeatureStatistics(written('own.npz', encodeFeatureStatistics(statistics)))).toEqual(
      statistics,
    )
  })

  test.skipIf(!hasNumPy)(
    'are read as pytorch-fid saves them, of an unknown number of images (needs python3)',
    async () => {
      const path = join(folder, 'theirs.npz')
      const script =
        'import numpy as np,sys;x=np.random.RandomState(1).randn(50,3);np.savez_compressed(sys.argv[1],mu=np.mean(x,axis=0),sigma=np.cov(x,rowvar=False));print(np.cov(x,rowvar=False)[2,1])'
      const { stdout } = spawnSync(PYTHON, ['-c', script, path], { encoding: 'utf8' })
      const { images, covariance } = await readFeatureStatistics(path)
      expect(images).toBeUndefined()
      expect(covariance.data[7]).toBeCloseTo(Number(stdout), 14)
    },
  )
})

describe('refused with one message', () => {
  test.for([
    ['no mu', { sigma: float64([1, 1], 1) }, "there is no 'mu' in it (it holds 'sigma')"],
    [
      'another size',
      { mu: float64([2], 1, 2), sigma: float64([1, 1], 1) },
      'mu has 2 numbers and sigma is 1 x 1',
    ],
    [
      'sigma flat',
      { mu: float64([2], 1, 2), sigma: float64([4], 1, 0, 0, 1) },
      'mu has 2 numbers and sigma is 4',
    ],
    ['mu with NaN', { mu: float64([1], Number.NaN), sigma: float64([1, 1], 1) }, 'mu holds NaN (number 0)'],
    [
      'sigma with NaN',
      { mu: float64([1], 1), sigma: float64([1, 1], Number.NaN) },
      'sigma holds NaN (row 0)',
    ],
    [
      'no symmetry',
      { mu: float64([2], 1, 2), sigma: float64([2, 2], 1, 0, 0.5, 1) },
      'sigma is not symmetric',
    ],
    [
      'variance below 0',
      { mu: float64([1], 1), sigma: float64([1, 1], -1) },
      'variance 0 of sigma is below 0',
    ],
    [
      'whole numbers',
      { mu: { type: '<i4', shape: [1], data: Int32Array.of(1) }, sigma: float64([1, 1], 1) },
      "'mu' holds '<i4', not floats",
    ],
  ] as const)('%s', async ([, arrays, message]) => {
    await expect(readFeatureStatistics(written('bad.npz', encodeNpz(arrays)))).rejects.toThrow(message)
  })
})

describe('an interrupted covariance', () => {
  const interrupted = async () => {
    const moments = new StreamingMoments(12)
    await moments.add({ ...set, rows: 530, data: set.data.subarray(0, 530 * 12) }, 'set')
    return { state: moments.state(), total: 600, source: 'model and images' }
  }

  test('is not taken for statistics', async () => {
    const path = written('part.npz', encodeMomentsCheckpoint(await interrupted()))
    await expect(readFeatureStatistics(path)).rejects.toThrow(
      `${path}: holds an interrupted covariance: 530 of 600 images; run the command that wrote it again`,
    )
  })

  test('is gone on with to the same last bit', async () => {
    const path = written('part.npz', encodeMomentsCheckpoint(await interrupted()))
    const checkpoint = await readMomentsCheckpoint(path)
    expect([checkpoint.total, checkpoint.source]).toEqual([600, 'model and images'])
    const moments = StreamingMoments.resume(checkpoint.state)
    await moments.add({ ...set, rows: 70, data: set.data.subarray(530 * 12) }, 'set')
    expect(await moments.statistics('set')).toEqual(await featureStatistics(set, 'set'))
  })
})
