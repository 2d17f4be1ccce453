import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../src/random/philox.js'
import { CLAIMS } from '../../src/report/claims/catalogue.js'
import { CHECKS } from '../../src/report/claims/checks.js'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import type { Metric, Results } from '../../src/results/schema.js'
import { datasetOf, modelOf, resultsOf, testSetOf, verificationOf } from '../compare/simulated-runs.js'

const FIVE = ['lfw', 'cfp-fp', 'cplfw', 'agedb', 'calfw']
const RIVALS = [
  'idiff-face',
  'dcface',
  'arc2face',
  'digiface',
  'synface',
  'sface',
  'idnet',
  'exfacegan',
  'sface2',
  'langevin-disco',
]
const SCALES = ['hsface10k', 'hsface20k', 'hsface100k', 'hsface200k', 'hsface300k']
const same = Uint8Array.from({ length: 4000 }, (_, pair) => pair & 1)

/** Recognisers from the best to the worst, some two points apart, on test sets. */
function ranked(models: readonly string[], sets: readonly string[], seed = 3): Results {
  const evaluations = sets.flatMap((set, column) =>
    models.map((model, rank) => {
      const distances = Float32Array.from(same, (label, pair) => {
        const noise = new RandomStream(seed, 'claims', column, pair).nextNormal()
        return 1.4 + (label === 1 ? -1 : 1) * (0.4 - 0.03 * rank) + 0.2 * noise
      })
      return verificationOf(model, set, distances, same)
    }),
  )
  return resultsOf({
    models: models.map((id) => modelOf(id)),
    testSets: sets.map((id) => testSetOf(id, same)),
    evaluations,
  })
}

/** An ablation: values from the best to the worst, each with three seeds, and what its claim needs. */
function ablation(
  id: string,
  values: readonly string[],
  needs: readonly (readonly [above: string, below: string, by: number])[],
): Results {
  const seeds = [1, 2, 3]
  const runs = seeds.map((seed) => ranked(values, FIVE, seed))
  const evaluations = runs.flatMap(({ evaluations: own }, i) =>
    own.map((it) => ({
      ...it,
      model: `${it.model} ${seeds[i]}`,
      axes: { variant: it.model, seed: seeds[i] },
    })),
  )
  return {
    ...runs[0],
    models: values.flatMap((value) => seeds.map((seed) => modelOf(`${value} ${seed}`))),
    evaluations,
    grid: {
      axes: [{ id: 'variant', title: 'variant', values: values.map((name) => ({ name })) }],
      seeds,
      claims: [
        {
          ...{ id, text: '' },
          needs: needs.map(([above, below, by]) => ({
            ...{ above: { variant: above }, below: { variant: below }, by, on: FIVE },
          })),
        },
      ],
      cells: [],
    },
  }
}

/** Datasets, each with one metric. */
function measured(metrics: Readonly<Record<string, Metric>>, machine = 'simulated'): Results {
  const results = resultsOf({
    models: [modelOf('r100')],
    datasets: Object.entries(metrics).map(([id, metric]) => datasetOf(id, [metric])),
  })
  return { ...results, provenance: { ...results.provenance, processor: machine } }
}

const separable = (value: number): Metric => ({
  family: 'separable',
  parameters: { threshold: 0.4 },
  by: 'r100',
  value,
  standardError: 0.2,
  count: 10_000,
  unit: '%',
  better: 'higher',
})
const fid = (value: number, against = 'webface'): Metric => ({
  family: 'FID',
  parameters: {},
  value,
  standardError: 0.1,
  against,
  better: 'lower',
})
const speed = (value: number): Metric => ({
  family: 'imagesPerSecond',
  parameters: { batch: 1 },
  value,
  interval: { low: 0.99 * value, high: 1.01 * value, level: 0.95, resamples: 0 },
  better: 'higher',
})
const rivals = (value: number) => Object.fromEntries(RIVALS.map((id) => [id, separable(value)]))

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

const verdictOf = (id: string, ...runs: Results[]): string | undefined =>
  checkClaims(mergeResults(runs)).find((claim) => claim.id === id)?.verdict

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

describe('what can not be held against each other', () => {
  it('speeds of different machines', () => {
    const [ours, theirs] = [
      measured({ vec2face: speed(467) }, 'fast'),
      measured({ arc2face: speed(1.4) }, 'slow'),
    ]
    expect(verdictOf('speed-311x', ours, theirs)).toBe('not tested')
  })

  it('a ratio of speeds names its conditions, and the ratios at other batch sizes', () => {
    const at = (batch: number, value: number) => ({ ...speed(value), parameters: { batch } })
    const one = measured({ vec2face: speed(467), arc2face: speed(1.4) })
    const larger = { vec2face: at(64, 1800), arc2face: at(64, 36) }
    const datasets = one.datasets.map((dataset) => ({
      ...dataset,
      metrics: [...dataset.metrics, larger[dataset.id as 'vec2face' | 'arc2face']],
    }))
    const run = { ...one, datasets }
    const claim = checkClaims(mergeResults([run])).find(({ id }) => id === 'speed-311x')
    expect(claim?.evidence.join()).toMatch(
      /vec2face is 333.57 times \[.*\] at batch 1 as fast as arc2face; also 50(\.0+)? times \[.*\] at batch 64; .*, cpu with \d+ threads/,
    )
  })

  it('distances to different references', () => {
    const run = measured({ vec2face: fid(12), arc2face: fid(14, 'ffhq') })
    expect(verdictOf('fid-below-arc2face', run)).toBe('not tested')
  })

  it('separabilities by different networks of one name', () => {
    const real = measured({ webface4m: separable(95), ...rivals(80) })
    const ours = { ...measured({ hsface10k: separable(95) }), models: [modelOf('r100', 'another')] }
    expect(verdictOf('separability-like-real', real, ours)).toBe('not tested')
    const equal = measured({ hsface10k: separable(95) })
    expect(verdictOf('separability-like-real', real, equal)).toBe('supported')
  })
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
