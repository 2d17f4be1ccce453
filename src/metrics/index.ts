/**
 * What is measured on features: separability, leakage, variation within identities, FID and its kin, timings. Arithmetic
 * alone: features come from `vec2face-bench/features` or from anywhere else.
 *
 * @example
 * import { readFeatures } from 'vec2face-bench/features'
 * import { featureRows, separability } from 'vec2face-bench/metrics'
 *
 * const features = featureRows(await readFeatures('identities.npy'), 'identities.npy')
 * const { identities, counts } = await separability(features, { thresholds: [0.4] })
 * console.log(`${counts[0].separable} of ${identities} are below 0.4 to every other`)
 *
 * @module
 */
export { type FeatureRows, featureRows } from '../products/index.js'
export { type Cmmd, type CmmdOptions, cmmd } from './cmmd.js'
export { type FidInfinity, type FidInfinityOptions, fidInfinity } from './fid-infinity.js'
export { type FrechetDistance, frechetDistance, type MetricWarning } from './frechet.js'
export { frechetWithError } from './frechet-error.js'
export {
  type KernelDistance,
  type KernelDistanceOptions,
  kernelInceptionDistance,
} from './kernel-inception.js'
export { type Leakage, type LeakageOptions, leakage } from './leakage.js'
export {
  type Manifold,
  type ManifoldOptions,
  precisionRecallDensityCoverage,
} from './precision-recall-density-coverage.js'
export { type Separability, separability } from './separability.js'
export { type SeparabilityOptions, separabilityCounts, type ThresholdCounts } from './separability-counts.js'
export {
  type MedianInterval,
  measureSpeed,
  type SpeedCandidate,
  type SpeedOptions,
  type SpeedResult,
  speedRatio,
} from './speed.js'
export {
  type LabelledRows,
  type WithinIdentity,
  type WithinIdentityOptions,
  withinIdentity,
} from './within-identity.js'
