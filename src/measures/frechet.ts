import type { FrechetDistance } from '../metrics/frechet.js'
import { defineSetDistance, imagesBehind } from './set-distance.js'

/** What a descriptor may call a Frechet distance: `FID`, `demo-FID`, `Frechet distance`. */
export const DISTANCE_NAMES = /^(.*FID|.*Frechet distance|.*-FD)$/

interface Outcome extends FrechetDistance {
  /** by the jackknife, where the sets come in groups */
  readonly standardError?: number
}

/** The Frechet distance to a reference over the first images of both, with its sampling error by the jackknife. */
export const frechet = defineSetDistance({
  id: 'frechet',
  command: 'fid',
  title: 'Frechet distance',
  summary: 'FID, KID, precision, recall, density, coverage, CMMD',
  images: 2000,
  options: {},
  gives: [
    {
      family: DISTANCE_NAMES,
      called: "FID, or as the network's descriptor says",
      means: "how far mean and covariance of the features are from the reference's",
      key: true,
    },
  ],
  revision: 1,
  ofReference: 'statistics',
  async compare(own, other): Promise<Outcome> {
    const { frechetDistance } = await import('../metrics/frechet.js')
    const [groups, otherGroups] = [await own.groups?.(), await other.groups?.()]
    if (groups === undefined || otherGroups === undefined)
      return frechetDistance(await own.statistics(), await other.statistics(), [own.name, other.name])
    const { frechetWithError } = await import('../metrics/frechet-error.js')
    const { mergeStatistics } = await import('../metrics/merge-statistics.js')
    const names = ['the dataset', 'the reference'] as const
    if (groups.length === 1 || otherGroups.length === 1)
      return frechetDistance(mergeStatistics(groups), mergeStatistics(otherGroups), names)
    const { whole, standardError } = await frechetWithError(groups, otherGroups, names)
    return { ...whole, ...(standardError !== undefined && { standardError }) }
  },
  found: ({ distance, images, standardError, warnings }, { by, against, distanceName }) => ({
    metrics: [
      {
        family: distanceName,
        parameters: {},
        by,
        against,
        value: distance,
        count: Math.min(...images.map((count) => count ?? 0)),
        ...(standardError !== undefined && { standardError }),
        better: 'lower',
      },
    ],
    notes: warnings.map(({ message }) => `${distanceName}: ${message}.`),
  }),
  rows: ({ distance, images }, distanceName) => [[distanceName, distance.toFixed(4), imagesBehind(images)]],
  warnings: ({ warnings }) => warnings,
})
