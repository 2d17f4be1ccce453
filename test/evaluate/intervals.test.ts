import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveSlope } from '../../src/evaluate/curve-slope.js'
import { consecutiveFolds } from '../../src/evaluate/folds.js'
import { halfSamples } from '../../src/evaluate/half-samples.js'
import {
  accuracyInfluence,
  areaInfluence,
  eerInfluence,
  type Influence,
  tarInfluence,
} from '../../src/evaluate/influence.js'
import { normalQuantile } from '../../src/evaluate/normal.js'
import { clusteredVariance, independentVariance } from '../../src/evaluate/pair-subjects.js'
import { pairedScoreLimits } from '../../src/evaluate/paired-score-interval.js'
import { areaUnderCurve, equalErrorRate, rocCurve, tarAtFar } from '../../src/evaluate/roc.js'
import { shareInterval } from '../../src/evaluate/score-interval.js'
import { pairedLimits } from '../../src/evaluate/uncertainty.js'
import { RandomStream } from '../../src/random/philox.js'

const Z = 1.959963984540054

function scores(pairs: number, seed: number, places = 12) {
  const random = new RandomStream(seed, 'scores')
  const same = Uint8Array.from({ length: pairs }, (_, pair) => pair & 1)
  const distances = Float64Array.from(same, (label) => {
    return Number((1.4 + 0.3 * random.nextNormal() + (label === 1 ? -0.4 : 0.2)).toFixed(places))
  })
  return { same, distances }
}

describe("Wilson's interval", () => {
  it('is the closed form at 10 of 100 and at none of 10 (Wilson, 1927): 0.0552 .. 0.1744, 0 .. 0.2775', () => {
    const ten = shareInterval(0.1, 0.0009, 100, Z)
    expect([ten.low, ten.high].map((x) => x.toFixed(4))).toEqual(['0.0552', '0.1744'])
    const none = shareInterval(0, 0, 10, Z)
    expect([none.low, none.high].map((x) => x.toFixed(4))).toEqual(['0.0000', '0.2775'])
  })

  it('holds the share, keeps inside 0 .. 1, and grows with the variance', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9999 }), (p, n) => {
        const narrow = shareInterval(p, (p * (1 - p)) / n, n, Z)
        const wide = shareInterval(p, (4 * p * (1 - p)) / n, n, Z)
        expect(narrow.low).toBeGreaterThanOrEqual(0)
        expect(narrow.high).toBeLessThanOrEqual(1)
        expect(narrow.low <= p && p <= narrow.high).toBe(true)
        expect(wide.high - wide.low).toBeGreaterThanOrEqual(narrow.high - narrow.low - 1e-12)
      }),
    )
  })
})

describe('the influence of pairs', () => {
  const { same, distances } = scores(2000, 1)
  const roc = rocCurve(distances, same)

  /** How far the estimate moves when every pair's weight moves a little at random, against what the influences say. */
  const moved = (influence: Influence, estimate: (kept: Uint8Array) => number): number => {
    const random = new RandomStream(9, 'kept')
    const kept = Uint8Array.from(same, () => (random.nextInt(50) === 0 ? 0 : 1))
    let told = 0
    for (const label of [0, 1]) {
      const all = same.filter((it) => it === label).length
      const left = same.filter((it, pair) => it === label && kept[pair] === 1).length
      kept.forEach((keep, pair) => {
        if (same[pair] === label && keep === 1) told += (influence[pair] * all) / left
      })
    }
    return Math.abs(estimate(kept) - estimate(new Uint8Array(same.length).fill(1)) - told)
  }
  const curveOf = (kept: Uint8Array) => {
    const taken = [...kept.keys()].filter((pair) => kept[pair] === 1)
    return rocCurve(
      Float64Array.from(taken, (pair) => distances[pair]),
      Uint8Array.from(taken, (pair) => same[pair]),
    )
  }

  it('adds up to the change of the area when a fiftieth of the pairs is left out, within 2e-5', () => {
    const of = (kept: Uint8Array) => areaUnderCurve(curveOf(kept))
    expect(moved(areaInfluence(distances, same), of)).toBeLessThan(2e-5)
  })

  it('adds up to the change of rates read off the curve within one or two pairs', () => {
    const eer = equalErrorRate(roc)
    expect(
      moved(eerInfluence(distances, same, roc, eer), (kept) => equalErrorRate(curveOf(kept))),
    ).toBeLessThan(2e-3)
    const tar = (kept: Uint8Array) => tarAtFar(curveOf(kept), 0.1)
    expect(moved(tarInfluence(distances, same, roc, 0.1), tar)).toBeLessThan(4e-3)
  })

  it('has the binomial variance for an accuracy, and sums to 0', () => {
    const correct = Uint8Array.from({ length: 1000 }, (_, pair) => (pair % 10 === 3 ? 0 : 1))
    const influence = accuracyInfluence(correct, consecutiveFolds(1000, 10))
    expect(independentVariance(influence)).toBeCloseTo((0.9 * 0.1) / 1000, 15)
    expect(influence.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12)
  })
})

describe('subjects', () => {
  const influence = Float64Array.of(0.3, -0.1, 0.2, 0.4)
  it('that nobody shares change nothing', () => {
    const subjects = { first: Uint32Array.of(0, 2, 4, 6), second: Uint32Array.of(1, 2, 5, 7) }
    expect(clusteredVariance(influence, subjects)).toBeCloseTo(0.3, 15)
  })
  it('make one pair of the pairs of one subject: the square of the sum', () => {
    const one = { first: Uint32Array.of(0, 0, 0, 0), second: Uint32Array.of(0, 0, 0, 0) }
    expect(clusteredVariance(influence, one)).toBeCloseTo(0.64, 15)
    const two = { first: Uint32Array.of(0, 1, 0, 1), second: Uint32Array.of(1, 0, 1, 0) }
    expect(clusteredVariance(influence, two)).toBeCloseTo(0.64, 15)
  })
  it('count the product of two pairs where they share one: the sum over all such pairs', () => {
    const subjects = { first: Uint32Array.of(0, 0, 3, 2), second: Uint32Array.of(1, 2, 4, 2) }
    expect(clusteredVariance(influence, subjects)).toBeCloseTo(0.3, 12)
    const positive = Float64Array.of(0.3, 0.1, 0.2, 0.4)
    expect(clusteredVariance(positive, subjects)).toBeCloseTo(0.3 + 2 * 0.3 * 0.1 + 2 * 0.1 * 0.4, 12)
  })
})

describe("a curve's slope", () => {
  it('is the closed form for normal scores within a twentieth: phi(2 a + z) / phi(z)', () => {
    const random = new RandomStream(7, 'curve')
    const same = Uint8Array.from({ length: 200_000 }, (_, pair) => pair & 1)
    const distances = Float64Array.from(same, (label) => random.nextNormal() - (label === 1 ? 2 : 0))
    const roc = rocCurve(distances, same)
    for (const far of [0.3, 0.1, 0.01]) {
      const z = normalQuantile(far)
      expect(curveSlope(roc, same, far) / Math.exp((z * z - (2 + z) ** 2) / 2)).toBeCloseTo(1, 1)
    }
  })
  it('is 0 where no pair lies on either side', () => {
    const same = Uint8Array.of(1, 1, 1, 0, 0, 0)
    const roc = rocCurve(Float64Array.of(0.1, 0.2, 0.3, 1, 1.1, 1.2), same)
    expect(curveSlope(roc, same, 0.1)).toBe(0)
  })
})

describe('random halves', () => {
  it('hold half of each label of each fold, and depend on the seed alone', () => {
    const { same, distances } = scores(1000, 3, 2)
    const folds = consecutiveFolds(1000, 10)
    const at = (seed: number) => halfSamples([distances], same, folds, { seed, resamples: 5 })
    expect(at(1)).toEqual(at(1))
    expect(at(1)).not.toEqual(at(2))
    // Thresholds that decide all pairs rightly do so in each half.
    const easy = Float64Array.from(same, (label) => (label === 1 ? 0.5 : 2.5))
    expect(halfSamples([easy], same, folds, { seed: 1, resamples: 3 })[0]).toEqual(Float64Array.of(1, 1, 1))
  })
})

describe("a difference's interval", () => {
  const estimate = (correct: Uint8Array) => ({
    value: correct.reduce((sum, it) => sum + it, 0) / correct.length,
    influence: accuracyInfluence(correct, { of: new Uint16Array(correct.length), count: 1 }),
    pairs: correct.length,
  })
  it("is Tango's: the limits are where his score test is at its level, with his likeliest nuisance", () => {
    for (const [won, lost] of [
      [0, 0],
      [5, 0],
      [3, 1],
      [20, 31],
    ]) {
      const limits = pairedScoreLimits(won - lost, won + lost, Z)
      for (const d of [limits.low, limits.high]) {
        // 2 m^2 + (2 d - won - lost) m - lost d = 0: what is lost in the mean, given that won - lost is d in the mean
        const linear = 2 * d - won - lost
        const m = (-linear + Math.sqrt(linear ** 2 + 8 * lost * d)) / 4
        expect(Math.abs(won - lost - d) / Math.sqrt(2 * m + d)).toBeCloseTo(Z, 9)
      }
    }
  })
  it('on decisions alone is that of the pairs that changed: 20 lost and 10 won of 1,000', () => {
    const base = Uint8Array.from({ length: 1000 }, (_, pair) => (pair < 10 || pair > 900 ? 0 : 1))
    const next = Uint8Array.from(base, (value, pair) => (pair < 10 ? 1 : pair < 30 ? 0 : value))
    const { low, high } = pairedLimits(estimate(base), estimate(next), undefined, Z)
    const pairs = pairedScoreLimits(-10, 30, Z)
    expect(low).toBeCloseTo(pairs.low / 1000, 4)
    expect(high).toBeCloseTo(pairs.high / 1000, 4)
  })
  it('leaves out 0 where the difference is z standard deviations', () => {
    const { low } = pairedScoreLimits(Z * Math.sqrt(40), 40, Z)
    expect(low).toBeCloseTo(0, 9)
  })
  it('has a width where no pair is decided differently: z squared of a pair to either side', () => {
    const correct = new Uint8Array(100).fill(1)
    const { low, high } = pairedLimits(estimate(correct), estimate(correct), undefined, Z)
    expect(high).toBeCloseTo((Z * Z) / 100, 12)
    expect(low).toBeCloseTo(-high, 12)
  })
})
