import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { featureStatistics, StreamingMoments } from '../../src/linear-algebra/streaming-moments.js'
import { features } from '../metrics/reference.js'

const set = features(1400, 40, 1)

const rows = ({ columns, data }: Matrix, from: number, to: number): Matrix => ({
  rows: to - from,
  columns,
  data: data.subarray(from * columns, to * columns),
})

/** Mean and covariance by the definition, in two passes. */
function twoPasses({ rows, columns, data }: Matrix): { mean: number[]; covariance: number[] } {
  const mean = Array.from({ length: columns }, (_, k) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += data[row * columns + k]
    return sum / rows
  })
  const covariance: number[] = []
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let row = 0; row < rows; row++) {
        sum += (data[row * columns + i] - mean[i]) * (data[row * columns + j] - mean[j])
      }
      covariance.push(sum / (rows - 1))
    }
  }
  return { mean, covariance }
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length)
  let worst = 0
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i] - wanted[i]))
  expect(worst).toBeLessThan(tolerance)
}

describe('mean and covariance', () => {
  test.for([2, 3, 511, 512, 513, 1400])(
    'of %i images are those of two passes, within 1e-13',
    async (images) => {
      const part = rows(set, 0, images)
      const { mean, covariance } = await featureStatistics(part, 'set')
      const wanted = twoPasses(part)
      expectClose(mean, wanted.mean, 1e-13)
      expectClose(covariance.data, wanted.covariance, 1e-13)
    },
  )

  test('keep their digits far from 0, where sums of squares would lose all of them', async () => {
    const far = { ...set, data: Float64Array.from(set.data, (value) => value + 2 ** 26) }
    const { covariance } = await featureStatistics(far, 'far')
    const { covariance: wanted } = await featureStatistics(set, 'set')
    expectClose(covariance.data, wanted.data, 1e-7)
  })

  test('do not depend on how the rows are handed over, to the last bit', async () => {
    const whole = await featureStatistics(set, 'set')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1400 }), { maxLength: 6 }), async (cuts) => {
        const moments = new StreamingMoments(40)
        const ends = [...cuts, 1400].toSorted((a, b) => a - b)
        let from = 0
        for (const to of ends) {
          await moments.add(rows(set, from, to), 'set')
          from = to
        }
        expect(await moments.statistics('set')).toEqual(whole)
      }),
      { numRuns: 10 },
    )
  })

  test('are the same after an interruption, to the last bit', async () => {
    const whole = await featureStatistics(set, 'set')
    for (const at of [0, 1, 512, 700]) {
      const first = new StreamingMoments(40)
      await first.add(rows(set, 0, at), 'set')
      const second = StreamingMoments.resume(structuredClone(first.state()))
      expect(second.images).toBe(at)
      await second.add(rows(set, at, 1400), 'set')
      expect(await second.statistics('set')).toEqual(whole)
    }
  })

  test('of two parts merged are those of the whole', async () => {
    const whole = await featureStatistics(set, 'set')
    for (const cut of [0, 1, 600, 1400]) {
      const [first, second] = [new StreamingMoments(40), new StreamingMoments(40)]
      await first.add(rows(set, 0, cut), 'set')
      await second.add(rows(set, cut, 1400), 'set')
      await first.merge(second)
      const merged = await first.statistics('set')
      expect(merged.images).toBe(1400)
      expectClose(merged.mean, whole.mean, 1e-13)
      expectClose(merged.covariance.data, whole.covariance.data, 1e-13)
    }
  })
})

describe('refused', () => {
  test('a number that is not finite: its row and column are named, and no row of the call counts', async () => {
    const moments = new StreamingMoments(3)
    await moments.add({ rows: 2, columns: 3, data: new Float32Array(6) }, 'a.npy')
    const bad = { rows: 2, columns: 3, data: Float32Array.of(1, 2, 3, 4, Number.NaN, 6) }
    await expect(moments.add(bad, 'a.npy')).rejects.toThrow(
      'a.npy: row 3 holds NaN (column 1, both counted from 0)',
    )
    expect(moments.images).toBe(2)
  })

  test('one image, no image, another width', async () => {
    await expect(featureStatistics(rows(set, 0, 1), 'a.npy')).rejects.toThrow('one image has no covariance')
    await expect(featureStatistics(rows(set, 0, 0), 'a.npy')).rejects.toThrow('there is no image')
    await expect(new StreamingMoments(8).add(set, 'a.npy')).rejects.toThrow('features of 40 numbers after')
  })

  test('a state whose parts do not fit together', async () => {
    const state = new StreamingMoments(4).state()
    expect(() => StreamingMoments.resume({ ...state, scatter: new Float64Array(9) })).toThrow(RangeError)
    expect(() => StreamingMoments.resume({ ...state, pending: new Float64Array(4) })).toThrow(RangeError)
  })
})
