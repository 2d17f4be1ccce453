/**
 * The verification protocol, to insightface's last digit, and the statistics that come with it.
 *
 * @example
 * import { readFeatures } from 'vec2face-bench/features'
 * import { PAPER_PROTOCOL, verify } from 'vec2face-bench/evaluate'
 * import { readPairLabels } from 'vec2face-bench/test-sets'
 *
 * const { rows, columns, data } = await readFeatures('features.npy') // two rows a pair
 * const same = await readPairLabels('same.npy', rows / 2)
 * const first = Uint32Array.from(same, (_, pair) => 2 * pair)
 * const second = Uint32Array.from(same, (_, pair) => 2 * pair + 1)
 * const features = { images: rows, size: columns, plain: data }
 * const { accuracy, std } = verify(features, { first, second, same }, PAPER_PROTOCOL, (image) => `row ${image}`)
 * console.log(`${(100 * accuracy).toFixed(2)} +- ${(100 * std).toFixed(2)}`)
 *
 * @module
 */
export {
  type Distance,
  type Fusion,
  fusedFeatures,
  type ImageFeatures,
  MEAN_SUBTRACTIONS,
  type MeanSubtraction,
  pairDistances,
} from './distances.js'
export { consecutiveFolds, type Folds, givenFolds } from './folds.js'
export { type FoldResult, type KFoldResult, kFoldVerification } from './k-fold-verification.js'
export { areaUnderCurve, equalErrorRate, type Roc, rocCurve, tarAtFar } from './roc.js'
export type { Interval, Limits } from './score-interval.js'
export { estimateLimits, pairedLimits } from './uncertainty.js'
export { PAPER_PROTOCOL, type Protocol, type VerificationResult, verify } from './verification.js'
