import { z } from 'zod'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'

const VALUES = ['precision', 'recall', 'density', 'coverage'] as const

/** Precision and recall (Kynkaanniemi et al., 2019), density and coverage (Naeem et al., 2020). */
export const prdc = defineMeasure({
  id: 'prdc',
  title: 'Precision, recall, density, coverage',
  summary: 'precision, recall, density and coverage against a reference',
  options: z.strictObject({
    features: featureModel,
    reference,
    images: images(10_000),
    neighbours: z.int().min(1).default(5).describe('nearest neighbour that sets a radius'),
  }),
  gives: [
    { family: 'precision', means: 'images inside the manifold of the reference' },
    { family: 'recall', means: 'images of the reference inside the manifold of the dataset' },
    { family: 'density', means: 'spheres of the reference around an image, over k' },
    { family: 'coverage', means: 'images of the reference whose sphere holds an image' },
  ],
  revision: 1,
  needs: twoSets,
  async measure(subject, { features, reference: against, images: most, neighbours }) {
    const { precisionRecallDensityCoverage } = await import('../metrics/precision-recall-density-coverage.js')
    const own = await subject.sample(features, most)
    const real = await subject.reference(against).sample(features, most)
    const found = await precisionRecallDensityCoverage(real, own, { neighbours }, [against, subject.name])
    return {
      metrics: VALUES.map((family) => ({
        family,
        parameters: { k: neighbours },
        by: features,
        against,
        value: found[family],
        count: Math.min(...found.images),
        better: 'higher' as const,
      })),
    }
  },
})
