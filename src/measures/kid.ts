import { z } from 'zod'
import { defineSetDistance, imagesBehind } from './set-distance.js'

/** The kernel inception distance to a reference (Binkowski et al., 2018): unbiased at any number of images. */
export const kid = defineSetDistance({
  id: 'kid',
  title: 'Kernel inception distance',
  summary: 'the kernel inception distance to a reference',
  images: 10_000,
  options: {
    subsets: z.int().min(2).default(100).describe('subsets that are drawn'),
    subsetSize: z.int().min(2).default(1000).describe('images of a subset'),
  },
  gives: [
    {
      family: 'KID',
      words: (told) => `KID to ${told('against')}, ${told('subsets')} subsets of ${told('subsetSize')}`,
      means: 'squared maximum mean discrepancy under a cubic kernel, mean over subsets',
    },
  ],
  revision: 1,
  ofReference: 'features',
  async compare(own, other, options, seed) {
    const { kernelInceptionDistance } = await import('../metrics/kernel-inception.js')
    const names = [own.name, other.name] as const
    return kernelInceptionDistance(await own.features(), await other.features(), { seed, ...options }, names)
  },
  found: ({ mean, std, values, subsetSize, images }, { by, against }) => ({
    metrics: [
      {
        family: 'KID',
        parameters: { subsets: values.length, subsetSize },
        by,
        against,
        value: mean,
        // Of one subset: the mean over overlapping ones is known no worse.
        ...(values.length > 1 && { standardError: std }),
        count: Math.min(...images),
        better: 'lower',
      },
    ],
  }),
  rows: ({ mean, std, values, subsetSize, images }) => {
    const behind = `+- ${std.toFixed(6)}, ${values.length} subsets of ${subsetSize}, ${imagesBehind(images)}`
    return [['KID', mean.toFixed(6), behind]]
  },
})
