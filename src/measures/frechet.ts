import { z } from 'zod'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'

/** What a descriptor may call a Frechet distance: `FID`, `demo-FID`, `Frechet distance`. */
export const DISTANCE_NAMES = /^(.*FID|.*Frechet distance|.*-FD)$/

/** The Frechet distance to a reference over the first images of both, with its sampling error by the jackknife. */
export const frechet = defineMeasure({
  id: 'frechet',
  command: 'fid',
  title: 'Frechet distance',
  summary: 'FID, KID, precision, recall, density, coverage, CMMD',
  options: z.strictObject({ features: featureModel, reference, images: images(2000) }),
  gives: [
    {
      family: DISTANCE_NAMES,
      means: "how far mean and covariance of the features are from the reference's",
      key: true,
    },
  ],
  revision: 1,
  needs: twoSets,
  async measure(subject, options) {
    const { frechetDistance } = await import('../metrics/frechet.js')
    const { frechetWithError } = await import('../metrics/frechet-error.js')
    const { mergeStatistics } = await import('../metrics/merge-statistics.js')
    const { features, reference: against } = options
    const family = subject.distanceName(features)
    const own = await subject.statistics(features, options.images)
    const other = await subject.reference(against).statistics(features, options.images)
    const names = ['the dataset', 'the reference'] as const
    const { whole, standardError } =
      own.length > 1 && other.length > 1
        ? await frechetWithError(own, other, names)
        : {
            whole: await frechetDistance(mergeStatistics(own), mergeStatistics(other), names),
            standardError: undefined,
          }
    return {
      metrics: [
        {
          family,
          parameters: {},
          by: features,
          against,
          value: whole.distance,
          count: Math.min(...whole.images.map((count) => count ?? 0)),
          ...(standardError !== undefined && { standardError }),
          better: 'lower',
        },
      ],
      notes: whole.warnings.map(({ message }) => `${family}: ${message}.`),
    }
  },
})
