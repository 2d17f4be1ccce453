import { z } from 'zod'
import { defineSetDistance } from './set-distance.js'

/** The Frechet distance extrapolated to infinitely many images (Chong and Forsyth, CVPR 2020). */
export const infinity = defineSetDistance({
  id: 'infinity',
  title: 'Frechet distance at infinitely many images',
  summary: 'the Frechet distance extrapolated to infinitely many images',
  images: 50_000,
  options: { points: z.int().min(3).default(15).describe('distances that are extrapolated from') },
  gives: [
    {
      family: / at infinity$/,
      called: 'FID at infinity',
      words: (told) => `${told('family')} to ${told('against')}, from ${told('points')} distances`,
      means: 'the distance that infinitely many images would have',
    },
  ],
  revision: 1,
  ofReference: 'statistics',
  async compare(own, other, options, seed) {
    const { fidInfinity } = await import('../metrics/fid-infinity.js')
    return fidInfinity(await own.features(), await other.statistics(), own.name, { seed, ...options })
  },
  found: ({ distance, images, distances, warnings }, { by, against, distanceName }, { points }) => ({
    metrics: [
      {
        family: `${distanceName} at infinity`,
        parameters: { points },
        by,
        against,
        value: distance,
        count: images[images.length - 1],
        better: 'lower',
      },
    ],
    curves: [
      {
        name: `${distanceName} by 1/N to ${against}, by ${by}`,
        x: images.map((count) => 1 / count),
        y: [...distances],
        xLabel: '1 / images',
        yLabel: 'distance',
      },
    ],
    notes: warnings.map(({ message }) => `${distanceName} at infinity: ${message}.`),
  }),
  warnings: ({ warnings }) => warnings,
  rows: ({ distance, images }, distanceName) => {
    const behind = `from ${images[0]} to ${images[images.length - 1]} images`
    return [[`${distanceName}, infinitely many`, distance.toFixed(4), behind]]
  },
})
