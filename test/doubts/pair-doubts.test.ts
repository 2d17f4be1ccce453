import { describe, expect, it } from 'vitest'
import { pairDoubts } from '../../src/doubts/pair-doubts.js'
import { knownSet } from '../../src/test-sets/known-sets.js'

/** Labels of folds of half same, half different pairs. */
const labels = (pairs: number, folds = 10): Uint8Array => {
  const size = pairs / folds
  return Uint8Array.from({ length: pairs }, (_, pair) => (pair % size < size / 2 ? 1 : 0))
}
const textOf = (
  name: string,
  same: Uint8Array,
  more: { folds?: Uint16Array; leftOut?: number; demo?: boolean } = {},
) => pairDoubts({ name, same, demo: false, ...more })[0]?.text

describe('what a name promises', () => {
  it.each([
    ['lfw', 6000],
    ['cfp_fp', 7000],
    ['CFP-FP', 7000],
    ['cfp_ff', 7000],
    ['agedb_30', 6000],
    ['AgeDB-30', 6000],
    ['calfw', 6000],
    ['cplfw', 6000],
    ['vgg2_fp', 5000],
    ['hadrian', 6000],
    ['eclipse', 6000],
    ['sslfw', 6000],
    ['SLLFW', 6000],
    ['lfw_112x112', 6000],
    ['lfw_align_112', 6000],
  ])('%s has %i pairs, and is not doubted with them', (name, pairs) => {
    expect(knownSet(name)?.pairs).toBe(pairs)
    expect(textOf(name, labels(pairs))).toBeUndefined()
    expect(textOf(name, labels(300))).toMatch(
      new RegExp(`^${name}: 300 pairs; .* has ${pairs.toLocaleString('en')} pairs`),
    )
  })

  it.each(['real-pairs', 'mine', 'lfw-first-300', 'lfw2', 'doppelver'])('%s promises nothing', (name) => {
    expect(textOf(name, labels(300))).toBeUndefined()
  })

  it('one pair less or more is another set', () => {
    expect(textOf('lfw', labels(6000).subarray(1))).toMatch(/^lfw: 5,999 pairs/)
    expect(textOf('cfp-fp', labels(6000))).toMatch(
      /^cfp-fp: 6,000 pairs; CFP-FP has 7,000 pairs in 10 folds of 350 same/,
    )
  })

  it('pairs that were left out on the user’s word are counted in', () => {
    expect(textOf('lfw', labels(6000).subarray(2), { leftOut: 2 })).toBeUndefined()
  })

  it('folds are ten', () => {
    const folds = (count: number) =>
      Uint16Array.from({ length: 6000 }, (_, pair) => Math.floor(pair / (6000 / count)))
    expect(textOf('lfw', labels(6000), { folds: folds(10) })).toBeUndefined()
    expect(textOf('lfw', labels(6000, 5), { folds: folds(5) })).toMatch(/^lfw: 5 folds/)
  })

  it('half of each fold is same', () => {
    const sorted = labels(6000).sort().reverse()
    expect(textOf('lfw', sorted)).toMatch(/^lfw: fold 1 has 600 same of 600 pairs/)
    const folds = Uint16Array.from({ length: 6000 }, (_, pair) => Math.floor((pair % 3000) / 300))
    expect(textOf('lfw', sorted, { folds })).toBeUndefined()
    const swapped = labels(6000)
    swapped[0] = 0
    expect(textOf('lfw', swapped)).toMatch(/^lfw: fold 1 has 299 same of 600 pairs/)
  })

  it('the demo says itself that it is a part', () => {
    expect(textOf('demo-lfw', labels(600), { demo: true })).toBeUndefined()
    expect(textOf('demo-lfw', labels(600))).toMatch(/^demo-lfw: 600 pairs/)
  })
})
