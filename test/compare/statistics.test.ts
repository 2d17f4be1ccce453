import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fairTail } from '../../src/compare/binomial.js'
import { holm } from '../../src/compare/holm.js'
import { discordanceOf, mcNemarProbability } from '../../src/compare/mcnemar.js'
import { aboveProbability, shiftInterval } from '../../src/compare/rank-test.js'
import { halfDrawnTail, lossProbability } from '../../src/compare/sign-flip.js'
import { normalQuantile, normalTail } from '../../src/evaluate/normal.js'
import { pythonHas, pythonJson } from '../python.js'

interface Reference {
  binomial: [number, number, number][]
  normal: [number, number][]
  quantile: [number, number][]
  ranks: { a: number[]; b: number[]; p: number }[]
  tied: { a: number[]; b: number[]; p: number }
}

describe.skipIf(!pythonHas('scipy'))('against SciPy (needs Python with scipy)', () => {
  const reference = pythonJson<Reference>(fileURLToPath(new URL('reference.py', import.meta.url)))
  const close = (actual: number, expected: number): void =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-300)

  it('has binom.sf at 1/2', () => {
    for (const [n, k, p] of reference.binomial) close(fairTail(n, k), p)
  })
  it('has norm.sf in both tails', () => {
    for (const [z, p] of reference.normal) close(normalTail(z), p)
  })
  it('has norm.ppf', () => {
    for (const [p, z] of reference.quantile) expect(normalQuantile(p)).toBeCloseTo(z, 9)
  })
  it('has the exact Mann-Whitney test, and the asymptotic one with ties', () => {
    for (const { a, b, p } of reference.ranks) close(aboveProbability(a, b), p)
    close(aboveProbability(reference.tied.a, reference.tied.b), reference.tied.p)
  })
})

describe('the exact Mann-Whitney test', () => {
  it('has a chance of 1 / (m + n over m) where one side is above the other, of 1 where it is below', () => {
    for (const [m, n] of [
      [5, 5],
      [20, 30],
      [50, 50],
    ]) {
      const low = Array.from({ length: n }, (_, i) => i)
      const high = Array.from({ length: m }, (_, i) => 1000 + i)
      let orders = 1
      for (let i = 1; i <= m; i++) orders = (orders * (n + i)) / i
      expect(Math.abs(aboveProbability(high, low) * orders - 1)).toBeLessThan(1e-12)
      expect(aboveProbability(low, high)).toBe(1)
    }
  })

  it('is a probability for all values, and the two sides with the ties between them add up to 1', () => {
    const values = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 100 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (all, share) => {
        const cut = Math.min(all.length - 1, Math.max(1, Math.floor(all.length * share)))
        const [a, b] = [all.slice(0, cut), all.slice(cut)]
        const p = aboveProbability(a, b)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThanOrEqual(1)
        // P(U >= u) + P(U' >= mn - u) = 1 + P(U = u)
        expect(p + aboveProbability(b, a)).toBeGreaterThanOrEqual(1 - 1e-12)
      }),
      { numRuns: 40 },
    )
  })
})

it('every p-value is a probability', () => {
  const inRange = (p: number): void => expect(p >= 0 && p <= 1, String(p)).toBe(true)
  const tied = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      tied,
      tied,
      fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 0, max: 12 }),
      (a, b, changes, tolerance) => {
        inRange(aboveProbability(a, b))
        inRange(lossProbability(Int16Array.from(changes), tolerance))
        inRange(
          halfDrawnTail(
            a.filter((it) => it > 0),
            b.length,
          ),
        )
        inRange(fairTail(b.length, a.length - 3))
        inRange(normalTail(a[0] - b[0] + tolerance / 13))
      },
    ),
  )
})

describe('McNemar', () => {
  it('counts the pairs that only one of two decides rightly', () => {
    expect(discordanceOf(Uint8Array.of(1, 1, 0, 0, 1), Uint8Array.of(1, 0, 1, 0, 0))).toEqual({
      pairs: 5,
      lost: 2,
      won: 1,
    })
  })
  it('is 1/1024 where ten pairs are lost and none is won', () => {
    expect(mcNemarProbability({ pairs: 100, lost: 10, won: 0 })).toBeCloseTo(1 / 1024, 15)
  })
})

describe('the sign-flip test', () => {
  it('is McNemar where every change is one whole decision', () => {
    const changes = new Int16Array(6000)
    changes.fill(-1, 0, 103)
    changes.fill(1, 200, 261)
    expect(lossProbability(changes)).toBeCloseTo(mcNemarProbability({ pairs: 6000, lost: 103, won: 61 }), 14)
  })
  it('counts what all signs give', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 9 }), (changes) => {
        const lost = changes.reduce((sum, change) => sum + Math.max(0, -change), 0)
        let asMuch = 0
        for (let signs = 0; signs < 2 ** changes.length; signs++) {
          const drawn = changes.reduce((sum, change, i) => sum + ((signs >> i) & 1) * Math.abs(change), 0)
          if (drawn >= lost) asMuch++
        }
        expect(lossProbability(Int16Array.from(changes))).toBeCloseTo(asMuch / 2 ** changes.length, 12)
      }),
    )
  })
  it('becomes normal where there are too many magnitudes to count', () => {
    const magnitudes = Array.from({ length: 3000 }, (_, i) => 1 + (i % 10))
    const sigma = Math.sqrt(magnitudes.reduce((sum, x) => sum + x * x, 0) / 4)
    const half = magnitudes.reduce((sum, x) => sum + x, 0) / 2
    expect(halfDrawnTail(magnitudes, half + Math.round(3 * sigma)) / normalTail(3)).toBeCloseTo(1, 1)
  })
  it('is harder to convince with a tolerance', () => {
    const changes = new Int16Array(6000)
    changes.fill(-10, 0, 120)
    changes.fill(10, 200, 260)
    expect(lossProbability(changes)).toBeLessThan(1e-5)
    expect(lossProbability(changes, 0.02)).toBeGreaterThan(lossProbability(changes))
    // 60 of 6,000 are lost: by a tolerance of one point it is as likely above as below
    expect(lossProbability(changes, 0.1)).toBeCloseTo(0.5, 12)
    expect(lossProbability(changes, 0.2)).toBeGreaterThan(0.99)
  })
})

describe('Holm', () => {
  it('multiplies the smallest by all, the next by one less, and never falls', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    ;[0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
      expect(adjusted[i]).toBeCloseTo(expected, 12)
    })
  })
  it('never lowers a p-value, and lies between none and Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        holm(values).forEach((p, i) => {
          expect(p).toBeGreaterThanOrEqual(values[i])
          expect(p).toBeLessThanOrEqual(Math.min(1, values[i] * values.length))
        })
      }),
    )
  })
})

it('the shift interval moves with the shift and holds 0 for the same values', () => {
  const base = [1, 2, 3, 4, 5, 6, 7, 8]
  const same = shiftInterval(base, base, 0.95)
  expect(same.low).toBeLessThan(0)
  expect(same.high).toBeGreaterThan(0)
  const moved = shiftInterval(
    base,
    base.map((x) => x + 100),
    0.95,
  )
  expect(moved).toEqual({ low: same.low + 100, high: same.high + 100 })
})
