import { z } from 'zod'
import type { SeparabilityOptions } from '../metrics/separability-counts.js'
import type { Curve, Metric, Picture } from '../results/schema.js'
import { defineMeasure } from './measure.js'
import { recognisers, thresholds } from './options.js'
import { similarIdentities } from './similar-faces.js'
import { countingPairs } from './subject.js'

const BINS = 60

/** How many identities can be told apart (Vec2Face, section 4), as each recogniser sees them. */
export const separability = defineMeasure({
  id: 'separability',
  title: 'Identity separability',
  summary: 'how many identities can be told apart',
  options: z.strictObject({
    recognisers,
    thresholds,
    step: z
      .int()
      .min(1)
      .optional()
      .describe('unique identities are counted every so many (default: by their number, 1000 at most)'),
  }),
  gives: [
    {
      family: 'separable',
      called: 'separable identities',
      words: (told) => `separable identities at ${told('threshold')}`,
      means: 'identities whose similarity to every other is below the threshold',
      key: true,
    },
    {
      family: 'unique',
      called: 'unique identities',
      words: (told) => `unique identities at ${told('threshold')}`,
      means: 'identities with no earlier one above the threshold',
    },
    { family: 'average identity similarity', means: 'mean cosine over all pairs of identities' },
  ],
  revision: 3,
  needs: (options) => ({ models: options.recognisers.map((id) => ({ id, roles: ['recogniser'] })) }),
  async measure(subject, options) {
    const { separability: compareIdentities } = await import('../metrics/separability.js')
    const metrics: Metric[] = []
    const curves: Curve[] = []
    const pictures: Picture[] = []
    for (const by of options.recognisers) {
      const features = await subject.identityFeatures(by)
      const { rows } = features.matrix
      const search = await searchOf(options, rows)
      const found = await countingPairs(
        subject.progress,
        `separability by ${by}`,
        (rows * (rows - 1)) / 2,
        (onPairs) => compareIdentities(features, { ...search, where: subject.name, onPairs }),
      )
      const { identities, counts, highest, meanSimilarity, similarityDeviation } = found
      const seen = { by, count: identities, better: 'higher' } as const
      for (const { threshold, separable, unique } of counts) {
        metrics.push(
          {
            ...seen,
            family: 'separable',
            parameters: { threshold },
            value: (100 * separable) / identities,
            unit: '%',
            standardError: 100 * shareError(separable, identities),
          },
          {
            ...seen,
            family: 'unique',
            parameters: { threshold },
            value: unique.at(-1)?.count ?? 0,
            unit: 'identities',
          },
        )
        curves.push({
          name: `Unique identities among the first n at ${threshold}, by ${by}`,
          x: unique.map(({ n }) => n),
          y: unique.map(({ count }) => count),
          xLabel: 'identities n',
          yLabel: 'unique identities',
        })
      }
      metrics.push({
        ...seen,
        family: 'average identity similarity',
        parameters: {},
        value: meanSimilarity,
        standardError: similarityDeviation / Math.sqrt(identities),
        better: 'lower',
      })
      curves.push(highestSimilarities(highest, by))
      pictures.push(...(await similarIdentities(subject, by, found)))
    }
    return { metrics, curves, pictures }
  },
})

/** What is counted among so many identities, as the options say. */
export async function searchOf(
  { thresholds, step }: z.output<typeof separability.options>,
  identities: number,
): Promise<Pick<SeparabilityOptions, 'thresholds' | 'uniqueStep'>> {
  const { uniqueStepOf } = await import('../metrics/separability-counts.js')
  return { thresholds, uniqueStep: step ?? uniqueStepOf(identities) }
}

/**
 * The standard error of a share: the binomial's, since identities are a sample of those that the generator could make.
 * Where none or all count, as if one did or didn't.
 */
export function shareError(count: number, of: number): number {
  return Math.sqrt(Math.max(count, 1) * Math.max(of - count, 1)) / of ** 1.5
}

function highestSimilarities(highest: Float64Array, by: string): Curve {
  const bins = new Float64Array(BINS)
  for (const similarity of highest) bins[Math.min(BINS - 1, Math.max(0, Math.floor(similarity * BINS)))]++
  return {
    name: `Highest similarity of an identity to another, by ${by}`,
    x: Array.from(bins, (_, bin) => Number(((bin + 0.5) / BINS).toFixed(4))),
    y: Array.from(bins, (count) => Number((count / highest.length).toPrecision(5))),
    xLabel: 'cosine similarity',
    yLabel: 'share of identities',
  }
}
