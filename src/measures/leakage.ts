import { z } from 'zod'
import type { LeakageOptions } from '../metrics/leakage.js'
import type { FeatureRows } from '../products/index.js'
import type { Metric, Picture } from '../results/schema.js'
import { defineMeasure } from './measure.js'
import { recognisers, reference, thresholds } from './options.js'
import { shareError } from './separability.js'
import { leakedFaces } from './similar-faces.js'
import { countingPairs, type LabelledChunks } from './subject.js'

/** What a set took from another: every image against every identity of the reference. */
export const leakage = defineMeasure({
  id: 'leakage',
  title: 'Leakage',
  summary: 'what a set took from another',
  options: z.strictObject({ recognisers, reference, thresholds }),
  gives: [
    {
      family: 'leaked images',
      words: (told) => `images leaked from ${told('against')} at ${told('threshold')}`,
      means: 'images nearer to an identity of the reference than the threshold',
      key: true,
    },
    {
      family: 'leaked identities',
      words: (told) => `identities of ${told('against')} leaked at ${told('threshold')}`,
      means: 'identities of the reference that an image is nearer to than the threshold',
    },
    {
      family: 'highest similarity',
      means: 'cosine of the image that is most like an identity of the reference',
      policy: { gate: false, matters: 0.02 },
    },
  ],
  revision: 2,
  needs: (options) => ({
    models: options.recognisers.map((id) => ({ id, roles: ['recogniser'] })),
    references: [options.reference],
  }),
  async measure(subject, options) {
    const { leakage: compareSets } = await import('../metrics/leakage.js')
    const metrics: Metric[] = []
    const pictures: Picture[] = []
    for (const by of options.recognisers) {
      const known = await subject.reference(options.reference).identityFeatures(by)
      const file = await subject.imageFeatures(by)
      const found = await countingPairs(
        subject.progress,
        `leakage by ${by}`,
        file.rows * known.matrix.rows,
        (onPairs) =>
          compareSets(rowsOf(file), known, subject.name, { ...searchOf(options), worst: 5, onPairs }),
      ).finally(() => file.close())
      const seen = { by, against: options.reference, better: 'lower' } as const
      for (const { threshold, images, references } of found.counts) {
        metrics.push(
          {
            ...seen,
            family: 'leaked images',
            parameters: { threshold },
            value: (100 * images) / found.images,
            unit: '%',
            standardError: 100 * shareError(images, found.images),
            count: found.images,
          },
          {
            ...seen,
            family: 'leaked identities',
            parameters: { threshold },
            value: references,
            unit: 'identities',
            count: found.references,
          },
        )
      }
      metrics.push({
        ...seen,
        family: 'highest similarity',
        parameters: {},
        value: found.worst[0].similarity,
        count: found.images,
      })
      const other = subject.reference(options.reference)
      pictures.push(...(await leakedFaces(subject, other, by, found.worst)))
    }
    return { metrics, pictures }
  },
})

/** What is counted, as the options say. */
export function searchOf({
  thresholds,
}: z.output<typeof leakage.options>): Pick<LeakageOptions, 'thresholds'> {
  return { thresholds }
}

async function* rowsOf(file: LabelledChunks): AsyncGenerator<FeatureRows> {
  for await (const { features } of file.chunks()) yield features
}
