import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consecutiveFolds, givenFolds } from '../../src/evaluate/folds.js'

describe('consecutive folds', () => {
  it("are scikit-learn's KFold: the first n mod k folds are one longer", () => {
    expect([...consecutiveFolds(11, 3).of]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
  })

  it('hold every pair once, in order, in sizes that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 0, max: 300 }), (count, extra) => {
        const { of } = consecutiveFolds(count + extra, count)
        const sizes = Array.from({ length: count }, (_, fold) => of.filter((f) => f === fold).length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect([...of]).toEqual([...of].sort((a, b) => a - b))
      }),
    )
  })

  it('refuse more folds than pairs', () => {
    expect(() => consecutiveFolds(9, 10)).toThrow(RangeError)
  })
})

it('folds that the data give keep their order, whatever their numbers', () => {
  expect(givenFolds([7, 7, 3, 9])).toEqual({ of: Uint16Array.from([1, 1, 0, 2]), count: 3 })
})
