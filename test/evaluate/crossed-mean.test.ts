import { describe, expect, test } from 'vitest'
import { CROSSED_SETTINGS, crossedDifferences } from '../../benchmarks/intervals/simulated-repeats.js'
import { crossedHalf } from '../../src/evaluate/crossed-mean.js'
import { normalQuantile } from '../../src/evaluate/normal.js'

const Z = normalQuantile(0.975)

describe('the interval of a mean over repetitions and pairs', () => {
  test('of one repetition, or of equal ones, is that of the pairs', () => {
    expect(crossedHalf({ differences: [2], alone: 9, together: 9 }, 0.95)).toBeCloseTo(3 * Z, 12)
    expect(crossedHalf({ differences: [2, 2, 2], alone: 9, together: 9 }, 0.95)).toBeCloseTo(3 * Z, 12)
  })

  test("without any of the pairs is Student's", () => {
    const half = crossedHalf({ differences: [91, 92, 93], alone: 0, together: 0 }, 0.95)
    expect(half).toBeCloseTo(4.302652729749464 / Math.sqrt(3), 10)
  })

  test('takes off once what repetitions and pairs share', () => {
    // Nothing is a pair's own: the mean of four has a quarter of one's variance, all of which the repetitions tell.
    const differences = [1, -1, 3, -3]
    const between = 20 / 3 / 4
    const half = crossedHalf({ differences, alone: 4, together: 1 }, 0.95)
    // Student's quantile of 3 degrees, from tables
    expect(half).toBeCloseTo(3.182446305284263 * Math.sqrt(between), 10)
  })

  test('between whole degrees of freedom follows Student within half a percent', () => {
    // 0.95 quantiles of 2.5 and 6.5 degrees, from SciPy: t.ppf(0.975, df)
    for (const [degrees, known] of [
      [2.5, 3.5746548420118773],
      [6.5, 2.402002006767245],
    ]) {
      // Two repetitions with a variance of 1 have one degree; pairs add the rest: (1 + x)^2 = degrees.
      const pairs = Math.sqrt(degrees) - 1
      const differences = [-1, 1]
      const half = crossedHalf({ differences, alone: pairs, together: pairs }, 0.95)
      expect(Math.abs(half / Math.sqrt(1 + pairs) / known - 1)).toBeLessThan(5e-3)
    }
  })

  test.each(CROSSED_SETTINGS.flatMap((setting) => [3, 8].map((seeds) => ({ ...setting, seeds }))))(
    'covers 92 to 97.5 % of 1,000 simulations: $name, $seeds seeds',
    ({ seeds, ...deviations }) => {
      const held = Array.from({ length: 1000 }, (_, simulation) => {
        const crossed = crossedDifferences(simulation, seeds, 100, deviations)
        const mean = crossed.differences.reduce((sum, value) => sum + value, 0) / seeds
        return Math.abs(mean) < crossedHalf(crossed, 0.95)
      })
      const share = held.filter(Boolean).length / held.length
      expect(share).toBeGreaterThan(0.92)
      expect(share).toBeLessThan(0.975)
    },
  )
})
