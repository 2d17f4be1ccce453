import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderCurve, equalErrorRate, rocCurve, tarAtFar } from '../../src/evaluate/roc.js'

const pairs = fc
  .array(fc.record({ distance: fc.integer({ min: 0, max: 12 }), same: fc.boolean() }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((list) => list.some(({ same }) => same) && list.some(({ same }) => !same))
  .map((list) => ({
    distances: Float64Array.from(list, ({ distance }) => distance / 4),
    same: Uint8Array.from(list, ({ same }) => Number(same)),
  }))

describe('the area under the ROC', () => {
  it('is the chance that a same pair is nearer than a different one, ties a half (Mann and Whitney)', () => {
    fc.assert(
      fc.property(pairs, ({ distances, same }) => {
        let wins = 0
        let games = 0
        distances.forEach((a, i) => {
          distances.forEach((b, j) => {
            if (same[i] !== 1 || same[j] !== 0) return
            games++
            wins += a < b ? 1 : a === b ? 0.5 : 0
          })
        })
        expect(areaUnderCurve(rocCurve(distances, same))).toBeCloseTo(wins / games, 12)
      }),
    )
  })
})

describe('the true accept rate at a false accept rate', () => {
  it('is the best that any threshold reaches without more false accepts', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0, 0.05, 0.1, 0.3, 1), ({ distances, same }, target) => {
        const share = (label: number, threshold: number): number => {
          const of = Array.from(distances).filter((_, i) => same[i] === label)
          return of.filter((distance) => distance <= threshold).length / of.length
        }
        const thresholds = [-1, ...distances]
        const best = Math.max(...thresholds.filter((t) => share(0, t) <= target).map((t) => share(1, t)))
        expect(tarAtFar(rocCurve(distances, same), target)).toBeCloseTo(best, 12)
      }),
    )
  })

  it('has no trouble with distances that are all equal', () => {
    const roc = rocCurve(Float64Array.of(1, 1, 1, 1), Uint8Array.of(1, 0, 1, 0))
    expect(tarAtFar(roc, 0.1)).toBe(0)
    expect(areaUnderCurve(roc)).toBe(0.5)
    expect(equalErrorRate(roc)).toBe(0.5)
  })
})

describe('the equal error rate', () => {
  it('is 0 where the kinds do not overlap and 1 where they are the wrong way round', () => {
    const same = Uint8Array.of(1, 1, 0, 0)
    expect(equalErrorRate(rocCurve(Float64Array.of(0.1, 0.2, 0.8, 0.9), same))).toBe(0)
    expect(equalErrorRate(rocCurve(Float64Array.of(0.8, 0.9, 0.1, 0.2), same))).toBe(1)
  })

  it('is where the straight line between two points of the curve meets the diagonal', () => {
    // (far, tar) goes (0, 0) (0, 1/2) (1/2, 1/2) (1/2, 1) (1, 1): it meets tar = 1 - far at 1/2.
    expect(equalErrorRate(rocCurve(Float64Array.of(1, 3, 2, 4), Uint8Array.of(1, 1, 0, 0)))).toBe(0.5)
  })
})
