import type { DatasetReader } from '../datasets/dataset.js'
import { identityFeatures } from '../features/identity-features.js'
import { separability } from '../metrics/separability.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import { featureRows } from '../products/index.js'
import type { Progress } from '../progress.js'
import type { Curve, Metric } from '../results/schema.js'
import type { Identified } from './verify-models.js'

const BINS = 60

/** The separability of a dataset's identities, as one recogniser sees it: metrics and the curves of the paper's figure. */
export async function measureSeparability(
  dataset: DatasetReader,
  recogniser: Identified<Model<RecogniserDescriptor>>,
  thresholds: readonly number[],
  options: { readonly session: SessionOptions; readonly progress: Progress },
): Promise<{ metrics: Metric[]; curves: Curve[] }> {
  const session = await ModelSession.open(recogniser.value, options.session)
  const { features } = await identityFeatures(session, dataset, { progress: options.progress }).finally(() =>
    session.close(),
  )
  const step = Math.max(1, Math.min(1000, Math.floor(features.rows / 10)))
  const result = await separability(featureRows(features, dataset.path), { thresholds, uniqueStep: step })
  const by = `by ${recogniser.id}`
  const seen = (family: string, parameters: Metric['parameters']) => ({
    family,
    parameters,
    by: recogniser.id,
  })
  const ofAll = { count: result.identities, better: 'higher' as const }
  return {
    metrics: [
      ...result.counts.flatMap(({ threshold, separable, unique }): Metric[] => [
        {
          ...seen('separable', { threshold }),
          value: (100 * separable) / result.identities,
          unit: '%',
          // The binomial's: identities are a sample of those that the generator could make.
          standardError:
            (100 * Math.sqrt(Math.max(separable, 1) * Math.max(result.identities - separable, 1))) /
            result.identities ** 1.5,
          ...ofAll,
        },
        {
          ...seen('unique', { threshold }),
          value: unique.at(-1)?.count ?? 0,
          unit: 'identities',
          ...ofAll,
        },
      ]),
      {
        ...seen('average identity similarity', {}),
        value: result.meanSimilarity,
        count: result.identities,
        standardError: result.similarityDeviation / Math.sqrt(result.identities),
        better: 'lower',
      },
    ],
    curves: [
      ...result.counts.map(({ threshold, unique }) => ({
        name: `Unique identities among the first n at ${threshold}, ${by}`,
        x: unique.map(({ n }) => n),
        y: unique.map(({ count }) => count),
        xLabel: 'identities n',
        yLabel: 'unique identities',
      })),
      highestSimilarities(result.highest, by),
    ],
  }
}

function highestSimilarities(highest: Float64Array, by: string): Curve {
  const bins = new Float64Array(BINS)
  for (const similarity of highest) bins[Math.min(BINS - 1, Math.max(0, Math.floor(similarity * BINS)))]++
  return {
    name: `Highest similarity of an identity to another, ${by}`,
    x: Array.from(bins, (_, bin) => Number(((bin + 0.5) / BINS).toFixed(4))),
    y: Array.from(bins, (count) => Number((count / highest.length).toPrecision(5))),
    xLabel: 'cosine similarity',
    yLabel: 'share of identities',
  }
}
