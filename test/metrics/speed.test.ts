import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantile } from '../../src/arrays/quantile.js'
import {
  measureSpeed,
  medianAbsoluteDeviation,
  medianInterval,
  speedRatio,
  summariseTimings,
} from '../../src/metrics/speed.js'

describe('statistics of repeated timings, by hand', () => {
  test('quantiles lie between the samples as in NumPy', () => {
    expect(quantile([1, 2, 3, 10], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 10], 0.75)).toBe(4.75)
    expect(quantile([7], 0.25)).toBe(7)
  })

  test('the median absolute deviation passes over an outlier', () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 1000])).toBeCloseTo(1.4826, 12)
  })

  test('a median interval is the tabled pair of order statistics', () => {
    // n = 6: the extremes, 1 - 2/64. n = 15: the 4th of both ends, 1 - 2 (1 + 15 + 105 + 455) / 32768.
    expect(medianInterval([1, 2, 3, 4, 5, 6])).toEqual({ low: 1, high: 6, level: 1 - 2 / 64 })
    const fifteen = Array.from({ length: 15 }, (_, i) => i + 1)
    expect(medianInterval(fifteen)).toEqual({ low: 4, high: 12, level: 1 - (2 * 576) / 32768 })
  })

  test('too few samples give the extremes and say how little that is', () => {
    expect(medianInterval([1, 2, 3])).toEqual({ low: 1, high: 3, level: 0.75 })
    expect(medianInterval([5])).toEqual({ low: 5, high: 5, level: 0 })
  })

  test('the interval holds the median, whatever the samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (samples) => {
          const { secondsPerImage, interval, imagesPerSecond } = summariseTimings(
            { name: 'any', imagesPerCall: 4 },
            samples,
          )
          expect(interval.low).toBeLessThanOrEqual(secondsPerImage)
          expect(interval.high).toBeGreaterThanOrEqual(secondsPerImage)
          expect(imagesPerSecond * secondsPerImage).toBeCloseTo(1, 12)
          expect(interval.level).toBeGreaterThanOrEqual(samples.length > 5 ? 0.95 : 0)
        },
      ),
    )
  })
})

describe('candidates side by side', () => {
  /** A clock that only candidates move on. */
  function staged(durations: Record<string, number[]>) {
    let time = 0
    const calls: string[] = []
    const candidates = Object.entries(durations).map(([name, seconds]) => {
      let call = 0
      return {
        name,
        imagesPerCall: 2,
        async run() {
          calls.push(name)
          time += seconds[call++ % seconds.length]
        },
      }
    })
    return { candidates, calls, now: () => time }
  }

  test('each runs once a round, in an order that changes; warm-up does not count', async () => {
    const { candidates, calls, now } = staged({ a: [9, 9, 1, 3, 2, 1, 3], b: [4] })
    const rounds: number[] = []
    const [a, b] = await measureSpeed(candidates, {
      seed: 1,
      warmUp: 2,
      repeats: 5,
      now,
      onRound: (n) => rounds.push(n),
    })
    expect(a.samples).toEqual([1, 3, 2, 1, 3])
    expect(a.secondsPerImage).toBe(1)
    expect(b.samples).toEqual([4, 4, 4, 4, 4])
    expect(b.spread).toBe(0)
    expect(rounds).toEqual([1, 2, 3, 4, 5, 6, 7])
    const orders = Array.from({ length: 7 }, (_, i) => calls.slice(2 * i, 2 * i + 2).join(''))
    expect(new Set(orders)).toEqual(new Set(['ab', 'ba']))
  })

  test('the ratio is of seconds an image, its ends those of the intervals', async () => {
    const { candidates, now } = staged({ fast: [1, 2, 3, 2, 2, 2], slow: [8, 10, 12, 10, 10, 10] })
    const [fast, slow] = await measureSpeed(candidates, { seed: 1, warmUp: 0, repeats: 6, now })
    expect(speedRatio(fast, slow)).toEqual({ ratio: 5, low: 8 / 3, high: 12 })
  })

  test('a failure ends the measurement', async () => {
    const failing = { name: 'failing', imagesPerCall: 1, run: () => Promise.reject(new Error('no memory')) }
    await expect(measureSpeed([failing], { seed: 1 })).rejects.toThrow('no memory')
  })
})
