import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PAPER_SIGMA_MIX, parseSigmaMix, sigmasOfIdentity } from '../../src/generate/sigma-mix.js'

test('the mix is read as it is written', () => {
  expect(parseSigmaMix('0.3:0.4,0.5:0.4,0.7:0.2', '--sigma')).toEqual(PAPER_SIGMA_MIX)
  expect(parseSigmaMix('0.5', '--sigma')).toEqual([{ sigma: 0.5, share: 1 }])
})

test.each([
  ['-0.3:1', 'a sigma is 0 or above, not -0.3'],
  ['0.3:0.4,0.5:0.4', 'the shares of the sigmas sum to 0.8, not to 1'],
  ['0.3:0.4,0.5', "'0.5' is not understood"],
  ['0.3:0.5:0.5', "'0.3:0.5:0.5' is not understood"],
  ['0.3:1.5,0.5:-0.5', 'the share of sigma 0.3 lies in 0..1, not at 1.5'],
  ['much:1', 'a sigma is 0 or above, not NaN'],
  ['', "'' is not understood"],
])('%s: %s', (text, message) => {
  expect(() => parseSigmaMix(text, '--sigma')).toThrow(`--sigma: ${message}`)
})

test('50 images follow the paper exactly: 20, 20 and 10 of every identity', () => {
  for (let identity = 0; identity < 50; identity++) {
    const expected = [...Array(20).fill(0.3), ...Array(20).fill(0.5), ...Array(10).fill(0.7)]
    expect(Array.from(sigmasOfIdentity(PAPER_SIGMA_MIX, 50, 1, identity))).toEqual(expected)
  }
})

test('one image an identity follows the paper over the dataset: 40, 40 and 20 % within four standard errors', () => {
  const identities = 10_000
  const counts = new Map<number, number>()
  for (let identity = 0; identity < identities; identity++) {
    const [sigma] = sigmasOfIdentity(PAPER_SIGMA_MIX, 1, 1, identity)
    counts.set(sigma, (counts.get(sigma) ?? 0) + 1)
  }
  for (const { sigma, share } of PAPER_SIGMA_MIX) {
    const error = Math.sqrt((share * (1 - share)) / identities)
    expect(Math.abs((counts.get(sigma) ?? 0) / identities - share)).toBeLessThan(4 * error)
  }
})

test('each count is images times share, rounded down or up', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 60 }), fc.nat(1000), (parts, images, identity) => {
      const sum = parts.reduce((total, part) => total + part, 0)
      const mix = parts.map((part, i) => ({ sigma: i, share: part / sum }))
      const sigmas = sigmasOfIdentity(mix, images, 7, identity)
      for (const { sigma, share } of mix) {
        const count = sigmas.filter((value) => value === sigma).length
        expect(Math.abs(count - images * share)).toBeLessThan(1 + 1e-9)
      }
    }),
  )
})
