import { describe, expect, it } from 'vitest'
import { STEADY_THRESHOLDS, steadyDecisions, steadyThresholds } from '../../src/compare/steady-decisions.js'
import { unpackFloat32, unpackUint8 } from '../../src/results/packing.js'
import { simulatePair, UNCHANGED } from './simulated-runs.js'

/** 100 pairs: same ones at 0.2, different ones at 1.2. */
const same = Uint8Array.from({ length: 100 }, (_, pair) => pair & 1)
const apart = Float32Array.from(same, (label) => (label === 1 ? 0.2 : 1.2))

describe('steady thresholds', () => {
  it('lie in the middle between pairs that are far apart, a tenth of their deviation wide', () => {
    const thresholds = steadyThresholds(apart, same)
    const middle = (thresholds[0] + thresholds[STEADY_THRESHOLDS - 1]) / 2
    // above 0.2, up to 1.2: all pairs are right; outside, half of them
    expect(middle).toBeCloseTo((0.21 + 1.2) / 2, 12)
    expect(thresholds[1] - thresholds[0]).toBeCloseTo((0.1 * 0.5) / STEADY_THRESHOLDS, 6)
    expect(steadyDecisions(apart, same)).toEqual(new Uint8Array(100).fill(STEADY_THRESHOLDS))
  })

  it('count a pair between them in part', () => {
    const { base } = simulatePair(8, { lfw: UNCHANGED })
    const [{ labels }, { distances }] = [base.testSets[0], base.evaluations[0]]
    const [of, values] = [unpackUint8(labels), unpackFloat32(distances)]
    const thresholds = steadyThresholds(values, of)
    const between = (thresholds[3] + thresholds[4]) / 2
    // two pairs of 6,000 move the thresholds by less than half a step
    const decisions = steadyDecisions(values.with(0, between).with(1, between), of)
    expect([of[0], of[1]]).toEqual([0, 1])
    expect([...decisions.subarray(0, 2)]).toEqual([4, 6])
  })

  it('follow the scale of the distances', () => {
    const { base, next } = simulatePair(8, { lfw: { ...UNCHANGED, scale: 0.5 } })
    const labels = unpackUint8(base.testSets[0].labels)
    const [wide, narrow] = [base, next].map((run) =>
      steadyThresholds(unpackFloat32(run.evaluations[0].distances), labels),
    )
    const width = (thresholds: number[]): number => thresholds[STEADY_THRESHOLDS - 1] - thresholds[0]
    expect(width(narrow) / width(wide)).toBeCloseTo(0.5, 1)
    for (const { 0: first, [STEADY_THRESHOLDS - 1]: last } of [wide, narrow])
      expect((first + last) / 2).toBeCloseTo(1.4, 1)
  })

  it('vary less than the best threshold: the difference of two runs varies as their changes say', () => {
    // the ratio is 1 for a test that is told the truth, 1.5 for decisions at the folds' thresholds
    const runs = Array.from({ length: 60 }, (_, seed) => {
      const { base, next } = simulatePair(500 + seed, { lfw: UNCHANGED })
      const labels = unpackUint8(base.testSets[0].labels)
      const [before, after] = [base, next].map((run) =>
        steadyDecisions(unpackFloat32(run.evaluations[0].distances), labels),
      )
      const changes = Array.from(after, (count, pair) => count - before[pair])
      return {
        sum: changes.reduce((total, change) => total + change, 0),
        squares: changes.reduce((total, change) => total + change * change, 0),
      }
    })
    const found = runs.reduce((total, { sum }) => total + sum * sum, 0)
    const expected = runs.reduce((total, { squares }) => total + squares, 0)
    expect(found / expected).toBeGreaterThan(0.6)
    expect(found / expected).toBeLessThan(1.4)
  })
})
