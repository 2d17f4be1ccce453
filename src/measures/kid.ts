import { z } from 'zod'
import { defineMeasure } from './measure.js'
import { featureModel, images, reference, twoSets } from './options.js'

/** The kernel inception distance to a reference (Binkowski et al., 2018): unbiased at any number of images. */
export const kid = defineMeasure({
  id: 'kid',
  title: 'Kernel inception distance',
  summary: 'the kernel inception distance to a reference',
  options: z.strictObject({
    features: featureModel,
    reference,
    images: images(10_000),
    subsets: z.int().min(2).default(100).describe('subsets that are drawn'),
    subsetSize: z.int().min(2).default(1000).describe('images of a subset'),
  }),
  gives: [
    { family: 'KID', means: 'squared maximum mean discrepancy under a cubic kernel, mean over subsets' },
  ],
  revision: 1,
  needs: twoSets,
  async measure(subject, { features, reference: against, images: most, subsets, subsetSize }) {
    const { kernelInceptionDistance } = await import('../metrics/kernel-inception.js')
    const own = await subject.sample(features, most)
    const other = await subject.reference(against).sample(features, most)
    const options = { seed: subject.seed, subsets, subsetSize }
    const found = await kernelInceptionDistance(own, other, options, [subject.name, against])
    return {
      metrics: [
        {
          family: 'KID',
          parameters: { subsets: found.values.length, subsetSize: found.subsetSize },
          by: features,
          against,
          value: found.mean,
          // Of one subset: the mean over overlapping ones is known no worse.
          ...(found.values.length > 1 && { standardError: found.std }),
          count: Math.min(...found.images),
          better: 'lower',
        },
      ],
    }
  },
})
