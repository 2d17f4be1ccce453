import type { Matrix } from '../arrays/matrix.js'
import type { FeatureSet } from '../features/feature-set.js'
import { type FeatureStatistics, featureStatistics } from '../linear-algebra/streaming-moments.js'
import { type Cmmd, cmmd } from '../metrics/cmmd.js'
import { type FidInfinity, fidInfinity } from '../metrics/fid-infinity.js'
import { type FrechetDistance, frechetDistance } from '../metrics/frechet.js'
import { type KernelDistance, kernelInceptionDistance } from '../metrics/kernel-inception.js'
import {
  type Manifold,
  precisionRecallDensityCoverage,
} from '../metrics/precision-recall-density-coverage.js'

/** What is wanted beside the Frechet distance of two sets. */
export interface WantedDistances {
  readonly seed: number
  readonly kid?: { readonly subsets: number; readonly subsetSize: number }
  readonly prdc?: { readonly neighbours: number }
  readonly infinity?: { readonly points: number }
  readonly cmmd?: boolean
}

/** Distances of a generated set to a real one. What was not asked for is left out. */
export interface SetDistances {
  readonly frechet: FrechetDistance
  readonly kid?: KernelDistance
  readonly manifold?: Manifold
  readonly infinity?: FidInfinity
  readonly cmmd?: Cmmd
}

/** A set whose statistics are there, and its features, where values of each image are wanted. */
interface LoadedSet {
  readonly name: string
  readonly statistics: FeatureStatistics
  readonly features?: Matrix
}

/** Loads what the distances need of a set: the features in memory only where more than mean and covariance is wanted. */
export async function loadSet(
  set: FeatureSet,
  wanted: WantedDistances,
  side: 'generated' | 'real',
): Promise<LoadedSet> {
  const { kid, prdc, cmmd: clip, infinity } = wanted
  const needsFeatures =
    kid !== undefined ||
    prdc !== undefined ||
    clip === true ||
    (side === 'generated' && infinity !== undefined)
  if (!needsFeatures) return { name: set.name, statistics: await set.statistics() }
  const features = await set.features()
  return { name: set.name, features, statistics: await featureStatistics(features, set.name) }
}

/** The Frechet distance of two loaded sets, and what else is wanted. @throws InputError where they don't fit together */
export async function setDistances(
  generated: LoadedSet,
  real: LoadedSet,
  wanted: WantedDistances,
): Promise<SetDistances> {
  const { seed, kid, prdc, infinity } = wanted
  const names = [generated.name, real.name] as const
  const frechet = await frechetDistance(generated.statistics, real.statistics, names)
  const [a, b] = [generated.features, real.features]
  return {
    frechet,
    ...(infinity &&
      a && { infinity: await fidInfinity(a, real.statistics, names[0], { seed, ...infinity }) }),
    ...(kid && a && b && { kid: await kernelInceptionDistance(a, b, { seed, ...kid }, names) }),
    ...(prdc &&
      a &&
      b && { manifold: await precisionRecallDensityCoverage(b, a, prdc, [names[1], names[0]]) }),
    ...(wanted.cmmd && a && b && { cmmd: await cmmd(a, b, {}, names) }),
  }
}
