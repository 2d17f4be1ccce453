import { z } from 'zod'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'

/** The Frechet distance extrapolated to infinitely many images (Chong and Forsyth, CVPR 2020). */
export const infinity = defineMeasure({
  id: 'infinity',
  title: 'Frechet distance at infinitely many images',
  summary: 'the Frechet distance extrapolated to infinitely many images',
  options: z.strictObject({
    features: featureModel,
    reference,
    images: images(50_000),
    points: z.int().min(3).default(15).describe('distances that are extrapolated from'),
  }),
  gives: [{ family: / at infinity$/, means: 'the distance that infinitely many images would have' }],
  revision: 1,
  needs: twoSets,
  async measure(subject, options) {
    const { fidInfinity } = await import('../metrics/fid-infinity.js')
    const { mergeStatistics } = await import('../metrics/merge-statistics.js')
    const { features, points, reference: against } = options
    const family = `${subject.distanceName(features)} at infinity`
    const own = await subject.sample(features, options.images)
    const other = await subject.reference(against).statistics(features, options.images)
    const found = await fidInfinity(own, mergeStatistics(other), subject.name, { seed: subject.seed, points })
    return {
      metrics: [
        {
          family,
          parameters: { points },
          by: features,
          against,
          value: found.distance,
          count: own.rows,
          better: 'lower',
        },
      ],
      curves: [
        {
          name: `${subject.distanceName(features)} by 1/N to ${against}, by ${features}`,
          x: found.images.map((count) => 1 / count),
          y: [...found.distances],
          xLabel: '1 / images',
          yLabel: 'distance',
        },
      ],
      notes: found.warnings.map(({ message }) => `${family}: ${message}.`),
    }
  },
})
