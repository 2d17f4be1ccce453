import { RandomStream } from '../../src/random/philox.js'
import { checkClaims } from '../../src/report/claims/claims.js'
import { mergeResults } from '../../src/report/merge.js'
import type { Metric, Results } from '../../src/results/schema.js'
import { datasetOf, modelOf, resultsOf, testSetOf, verificationOf } from '../compare/simulated-runs.js'

export const FIVE = ['lfw', 'cfp-fp', 'cplfw', 'agedb', 'calfw']
export const RIVALS = [
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
export const SCALES = ['hsface10k', 'hsface20k', 'hsface100k', 'hsface200k', 'hsface300k']
const same = Uint8Array.from({ length: 4000 }, (_, pair) => pair & 1)

/** Recognisers from the best to the worst, some two points apart, on test sets. */
export function ranked(models: readonly string[], sets: readonly string[], seed = 3): Results {
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
export function ablation(
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
export function measured(metrics: Readonly<Record<string, Metric>>, machine = 'simulated'): Results {
  const results = resultsOf({
    models: [modelOf('r100')],
    datasets: Object.entries(metrics).map(([id, metric]) => datasetOf(id, [metric])),
  })
  return { ...results, provenance: { ...results.provenance, processor: machine } }
}

export const separable = (value: number): Metric => ({
  family: 'separable',
  parameters: { threshold: 0.4 },
  by: 'r100',
  value,
  standardError: 0.2,
  count: 10_000,
  unit: '%',
  better: 'higher',
})
export const fid = (value: number, against = 'webface'): Metric => ({
  family: 'FID',
  parameters: {},
  value,
  standardError: 0.1,
  against,
  better: 'lower',
})
export const speed = (value: number): Metric => ({
  family: 'imagesPerSecond',
  parameters: { batch: 1 },
  value,
  interval: { low: 0.99 * value, high: 1.01 * value, level: 0.95, resamples: 0 },
  better: 'higher',
})
export const rivals = (value: number) => Object.fromEntries(RIVALS.map((id) => [id, separable(value)]))

/** What is said of a claim, by its id. */
export const verdictOf = (id: string, ...runs: Results[]): string | undefined =>
  checkClaims(mergeResults(runs)).find((claim) => claim.id === id)?.verdict
