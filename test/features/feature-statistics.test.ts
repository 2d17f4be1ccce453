import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { encodeNpz } from '../../src/arrays/npz.js'
import { openFeatureFile } from '../../src/features/feature-set.js'
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
    [
      'mu of two rows',
      { mu: float64([2, 2], 1, 2, 3, 4), sigma: float64([4, 4], ...new Array(16).fill(0)) },
      'mu has 2 x 2 numbers and sigma is 4 x 4',
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
      'images that are no number of images',
      { mu: float64([1], 1), sigma: float64([1, 1], 1), images: float64([1], 2.5) },
      "'images' is no number of images",
    ],
    [
      'one image',
      { mu: float64([1], 1), sigma: float64([1, 1], 1), images: float64([1], 1) },
      'statistics of 1 images',
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

describe('a small file never becomes a large matrix', () => {
  test('a .npz that unpacks to a thousand times its size is refused before it is unpacked', async () => {
    const n = 5000
    const packed = zipSync({
      'mu.npy': encodeNpy({ type: '<f8', shape: [n], data: new Float64Array(n) }),
      'sigma.npy': encodeNpy({ type: '<f8', shape: [n, n], data: new Float64Array(n * n) }),
    })
    expect(packed.length).toBeLessThan(2 ** 18)
    const path = written('packed.npz', packed)
    const before = process.memoryUsage().arrayBuffers
    await expect(readFeatureStatistics(path)).rejects.toThrow(
      /unpack to more than 67108864 bytes.*write it with numpy\.savez, not savez_compressed/,
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  })

  test('a few long rows are refused before their covariance is begun', async () => {
    const row = encodeNpy({ type: '<f4', shape: [2, 100_000], data: new Float32Array(200_000) })
    const set = await openFeatureFile(written('long.npy', row))
    await expect(set.statistics()).rejects.toThrow(
      '2 rows of 100000 numbers; mean and covariance are taken of at most 8192; write one row an image: is it transposed?',
    )
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

  test('whose parts do not fit together is refused, not gone on with', async () => {
    const { state } = await interrupted()
    for (const broken of [
      { ...state, pending: state.pending.subarray(1) },
      { ...state, scatter: state.scatter.subarray(12) },
      { ...state, images: 3 },
      { ...state, mean: new Float64Array(0), scatter: new Float64Array(0), pending: new Float64Array(0) },
    ]) {
      const parts = {
        images: broken.images,
        mean: broken.mean,
        scatter: broken.scatter,
        pending: broken.pending,
      }
      const path = written(
        'broken.npz',
        encodeNpz({
          images: { type: '<i8', shape: [], data: BigInt64Array.of(BigInt(parts.images)) },
          total: { type: '<i8', shape: [], data: BigInt64Array.of(600n) },
          mean: float64([parts.mean.length], ...parts.mean),
          scatter: float64([parts.scatter.length], ...parts.scatter),
          pending: float64([parts.pending.length], ...parts.pending),
          source: { type: '|u1', shape: [1], data: Uint8Array.of(120) },
        }),
      )
      await expect(readMomentsCheckpoint(path)).rejects.toThrow('the checkpoint is damaged')
    }
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
