import { defineSetDistance, imagesBehind } from './set-distance.js'

/** CLIP's maximum mean discrepancy to a reference (Jayasumana et al., CVPR 2024). */
export const cmmd = defineSetDistance({
  id: 'cmmd',
  title: 'CMMD',
  summary: 'CMMD to a reference: give a CLIP image model',
  images: 10_000,
  options: {},
  gives: [{ family: 'CMMD', means: 'squared maximum mean discrepancy under a Gaussian kernel, times 1,000' }],
  revision: 1,
  ofReference: 'features',
  async compare(own, other) {
    const { cmmd: distance } = await import('../metrics/cmmd.js')
    return distance(await own.features(), await other.features(), {}, [own.name, other.name])
  },
  found: ({ distance, images }, { by, against }) => ({
    metrics: [
      {
        family: 'CMMD',
        parameters: {},
        by,
        against,
        value: distance,
        count: Math.min(...images),
        better: 'lower',
      },
    ],
  }),
  rows: ({ distance, images }) => [['CMMD', distance.toFixed(4), imagesBehind(images)]],
})
