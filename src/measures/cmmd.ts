import { z } from 'zod'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'

/** CLIP's maximum mean discrepancy to a reference (Jayasumana et al., CVPR 2024). */
export const cmmd = defineMeasure({
  id: 'cmmd',
  title: 'CMMD',
  summary: 'CMMD to a reference: give a CLIP image model',
  options: z.strictObject({ features: featureModel, reference, images: images(10_000) }),
  gives: [{ family: 'CMMD', means: 'squared maximum mean discrepancy under a Gaussian kernel, times 1,000' }],
  revision: 1,
  needs: twoSets,
  async measure(subject, { features, reference: against, images: most }) {
    const { cmmd: distance } = await import('../metrics/cmmd.js')
    const own = await subject.sample(features, most)
    const other = await subject.reference(against).sample(features, most)
    const found = await distance(own, other, {}, [subject.name, against])
    return {
      metrics: [
        {
          family: 'CMMD',
          parameters: {},
          by: features,
          against,
          value: found.distance,
          count: Math.min(...found.images),
          better: 'lower',
        },
      ],
    }
  },
})
