import { describe, expect, it } from 'vitest'
import { CLAIMS } from '../../src/report/claims/catalogue.js'
import { CHECKS } from '../../src/report/claims/checks.js'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import type { Results } from '../../src/results/schema.js'
import { resultsOf } from '../compare/simulated-runs.js'
import {
  ablation,
  FIVE,
  fid,
  measured,
  RIVALS,
  ranked,
  rivals,
  SCALES,
  separable,
  speed,
  verdictOf,
} from './claimed-results.js'

/** Of each claim: results that support it, and results that contradict it. */
const CASES: Record<string, readonly [supporting: () => Results, contradicting: () => Results]> = {
  'separability-like-real': [
    () => measured({ hsface10k: separable(95), webface4m: separable(95), ...rivals(80) }),
    () => measured({ hsface10k: separable(85), webface4m: separable(95), ...rivals(80) }),
  ],
  'sota-avg-0.5m': [
    () => ranked(['hsface10k', ...RIVALS], FIVE),
    () => ranked([...RIVALS, 'hsface10k'], FIVE),
  ],
  'calfw-beats-real': [
    () => ranked(['hsface10k', 'casia-webface'], ['calfw']),
    () => ranked(['casia-webface', 'hsface10k'], ['calfw']),
  ],
  'scaling-does-not-flatten': [() => ranked(SCALES.toReversed(), FIVE), () => ranked(SCALES, FIVE)],
  'hadrian-eclipse-beat-real-at-scale': [
    () => ranked([...SCALES.slice(2), 'casia-webface'], ['hadrian', 'eclipse']),
    () => ranked(['casia-webface', ...SCALES.slice(2)], ['hadrian', 'eclipse']),
  ],
  'sslfw-doppelver-below-real': [
    () => ranked(['casia-webface', ...SCALES], ['sslfw', 'doppelver']),
    () => ranked([...SCALES, 'casia-webface'], ['sslfw', 'doppelver']),
  ],
  'speed-311x': [
    () => measured({ vec2face: speed(467), arc2face: speed(1.4) }),
    () => measured({ vec2face: speed(280), arc2face: speed(1.4) }),
  ],
  'fid-below-arc2face': [
    () => measured({ vec2face: fid(12), arc2face: fid(14) }),
    () => measured({ vec2face: fid(14), arc2face: fid(12) }),
  ],
  'attrop-helps': [
    () => ablation('attrop-helps', ['both', 'quality', 'none'], [['both', 'none', 1]]),
    () => ablation('attrop-helps', ['none', 'quality', 'both'], [['both', 'none', 1]]),
  ],
  'sigma-too-small': [
    () => ablation('sigma-too-small', ['mix', 'x', 'small'], [['mix', 'small', 1]]),
    () => ablation('sigma-too-small', ['small', 'mix'], [['mix', 'small', 0]]),
  ],
  'sigma-too-large': [
    () => ablation('sigma-too-large', ['mix', 'x', 'large'], [['mix', 'large', 1]]),
    () => ablation('sigma-too-large', ['large', 'mix'], [['mix', 'large', 0]]),
  ],
  'id-separability-needed': [
    () => ablation('id-separability-needed', ['low', 'x', 'high'], [['low', 'high', 1]]),
    () => ablation('id-separability-needed', ['high', 'x', 'low'], [['low', 'high', 1]]),
  ],
}

describe("the paper's claims", () => {
  it('each have a check and a case here', () => {
    const ids = CLAIMS.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(Object.keys(CHECKS)))
    expect(Object.keys(CASES).toSorted()).toEqual(ids.toSorted())
  })

  it.each(Object.entries(CASES))(
    '%s can be supported and contradicted by results',
    (id, [supporting, contradicting]) => {
      expect(verdictOf(id, supporting())).toBe('supported')
      expect(verdictOf(id, contradicting())).toBe('contradicted')
    },
  )

  it('say what is missing where there is nothing', () => {
    for (const { id, verdict, open } of checkClaims(mergeResults([resultsOf({})]))) {
      expect(verdict, id).toBe('not tested')
      expect(open, id).toMatch(/^needs .*(hsface|vec2face|benchmarks\/.*\.yaml)/)
    }
  })
})

it('names each missing thing once, and not what is there', () => {
  const some = checkClaims(mergeResults([ranked(['hsface10k', 'dcface'], FIVE)]))
  const open = some.find(({ id }) => id === 'sota-avg-0.5m')?.open
  expect(open).toBe(`needs ${RIVALS.filter((id) => id !== 'dcface').join(', ')} on the five test sets`)
})

it('an ablation whose seeds disagree is not apart, and one without seeds is told from its pairs', () => {
  const run = ablation('sigma-too-small', ['mix', 'small'], [['mix', 'small', 0]])
  const upset = run.evaluations.map((it) => {
    const { variant = '', seed = 0 } = it.axes ?? {}
    return seed === 2 ? { ...it, axes: { variant: variant === 'mix' ? 'small' : 'mix', seed } } : it
  })
  expect(verdictOf('sigma-too-small', { ...run, evaluations: upset })).toBe('not apart')
  const one = run.evaluations.filter(({ axes }) => axes?.seed === 1)
  expect(verdictOf('sigma-too-small', { ...run, evaluations: one })).toBe('supported')
})

it("a grid's own claim is told in its words", () => {
  const run = ablation('mine', ['b', 'a'], [['b', 'a', 0]])
  const [claim] = run.grid?.claims ?? []
  const told = { ...run, grid: { ...run.grid, claims: [{ ...claim, text: 'b is better' }] } } as Results
  expect(checkClaims(mergeResults([told])).find(({ id }) => id === 'mine')).toMatchObject({
    claim: 'b is better',
    verdict: 'supported',
  })
})
