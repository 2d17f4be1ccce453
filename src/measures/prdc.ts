import { z } from 'zod'
import type { Words } from '../results/metric-words.js'
import { defineSetDistance, imagesBehind } from './set-distance.js'

const VALUES = ['precision', 'recall', 'density', 'coverage'] as const

const words: Words = (told) => `${told('family')} against ${told('against')}, ${told('k')} neighbours`

/** Precision and recall (Kynkaanniemi et al., 2019), density and coverage (Naeem et al., 2020). */
export const prdc = defineSetDistance({
  id: 'prdc',
  title: 'Precision, recall, density, coverage',
  summary: 'precision, recall, density and coverage against a reference',
  images: 10_000,
  options: { neighbours: z.int().min(1).default(5).describe('nearest neighbour that sets a radius') },
  gives: [
    { family: 'precision', words, means: 'images inside the manifold of the reference' },
    { family: 'recall', words, means: 'images of the reference inside the manifold of the dataset' },
    { family: 'density', words, means: 'spheres of the reference around an image, over k' },
    { family: 'coverage', words, means: 'images of the reference whose sphere holds an image' },
  ],
  revision: 1,
  ofReference: 'features',
  async compare(own, other, options) {
    const { precisionRecallDensityCoverage } = await import('../metrics/precision-recall-density-coverage.js')
    const generated = await own.features()
    return precisionRecallDensityCoverage(await other.features(), generated, options, [other.name, own.name])
  },
  found: (manifold, { by, against }) => ({
    metrics: VALUES.map((family) => ({
      family,
      parameters: { k: manifold.neighbours },
      by,
      against,
      value: manifold[family],
      count: Math.min(...manifold.images),
      better: 'higher' as const,
    })),
  }),
  rows: (manifold) => {
    const behind = `${manifold.neighbours} neighbours, ${imagesBehind(manifold.images.toReversed())}`
    return VALUES.map((name) => [name, manifold[name].toFixed(4), behind] as const)
  },
})
