import { describe, expect, it } from 'vitest'
import { meanOfRepeats, studentQuantile, studentWithin } from '../../src/evaluate/student.js'

describe("Student's t", () => {
  it('has the quantiles of the tables', () => {
    expect(studentQuantile(0.95, 1)).toBeCloseTo(12.706204736432095, 9)
    expect(studentQuantile(0.95, 2)).toBeCloseTo(0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)), 12)
    expect(studentQuantile(0.95, 9)).toBeCloseTo(2.2621571628, 9)
    expect(studentQuantile(0.99, 30)).toBeCloseTo(2.7499956536, 9)
  })

  it('covers what it says', () => {
    for (const degrees of [1, 2, 3, 8, 51])
      for (const share of [0.5, 0.9, 0.999])
        expect(studentWithin(studentQuantile(share, degrees), degrees)).toBeCloseTo(share, 12)
  })
})

describe('a mean of repetitions', () => {
  it('of three has 4.303 standard errors on either side', () => {
    const { mean, half = 0, deviation } = meanOfRepeats([91, 92, 93], 0.95)
    expect(mean).toBe(92)
    expect(deviation).toBe(1)
    expect(half).toBeCloseTo(4.302652729749464 / Math.sqrt(3), 10)
  })

  it('of one has no interval', () => {
    expect(meanOfRepeats([91], 0.95)).toEqual({ mean: 91 })
  })
})
