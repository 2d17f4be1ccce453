import type { Pairs } from '../test-sets/test-set.js'
import {
  type Distance,
  type Fusion,
  fusedFeatures,
  type ImageFeatures,
  type MeanSubtraction,
  pairDistances,
} from './distances.js'
import { scoreEstimates } from './estimates.js'
import { consecutiveFolds, type Folds, givenFolds } from './folds.js'
import { type KFoldResult, kFoldVerification } from './k-fold-verification.js'
import { normalQuantile } from './normal.js'
import type { PairSubjects } from './pair-subjects.js'
import { areaUnderCurve, equalErrorRate, rocCurve, tarAtFar } from './roc.js'
import type { Interval } from './score-interval.js'
import { estimateLimits } from './uncertainty.js'

/** How pairs are decided. The defaults are the paper's: insightface's protocol. */
export interface Protocol {
  /** consecutive folds where the data give none */
  readonly folds: number
  /** whether folds that the data give are used */
  readonly givenFolds: boolean
  readonly fusion: Fusion
  readonly distance: Distance
  /** subtract the mean of the other folds' features before the distance is taken, and in whose order */
  readonly subtractMean: false | MeanSubtraction
  /** false accept rates at which the true accept rate is told */
  readonly farTargets: readonly number[]
  /** the confidence interval of the accuracy: random halves of the pairs, and the level */
  readonly interval: { readonly seed: number; readonly resamples: number; readonly level: number }
}

export const PAPER_PROTOCOL: Protocol = {
  folds: 10,
  givenFolds: true,
  fusion: 'sum',
  distance: 'squared-euclidean',
  subtractMean: false,
  farTargets: [1e-1, 1e-2, 1e-3, 1e-4],
  interval: { seed: 0, resamples: 1000, level: 0.95 },
}

export interface VerificationResult extends KFoldResult {
  readonly interval: Interval
  /** area under the full ROC, 0 .. 1 */
  readonly auc: number
  /** equal error rate, 0 .. 1 */
  readonly eer: number
  /** `resolved` is false where there are too few different pairs for one false accept to be that rare */
  readonly tarAtFar: readonly { readonly far: number; readonly tar: number; readonly resolved: boolean }[]
  /** of each pair, as its fold saw it */
  readonly distances: Float64Array
  /** fold of each pair */
  readonly foldOf: Uint16Array
}

/**
 * Verifies features on pairs. Linear in the pairs but for the sort of the ROC.
 * @param imageName names an image in messages
 * @param subjects who is in the pairs, where that is known: pairs that share a subject are not independent
 * @throws InputError at a feature that holds NaN or is zero
 * @throws RangeError where there are fewer pairs than folds
 */
export function verify(
  features: ImageFeatures,
  pairs: Pairs,
  protocol: Protocol,
  imageName: (image: number) => string,
  dataFolds?: ArrayLike<number>,
  subjects?: PairSubjects,
): VerificationResult {
  const folds =
    dataFolds !== undefined && protocol.givenFolds
      ? givenFolds(dataFolds)
      : consecutiveFolds(pairs.same.length, protocol.folds)
  const fused = fusedFeatures(features, protocol.fusion, protocol.subtractMean !== 'magface', imageName)
  const distancesOf = distancesByFold(fused, features.size, pairs, folds, protocol)
  const kFold = kFoldVerification(distancesOf, pairs.same, folds)
  const distances = protocol.subtractMean === false ? distancesOf(0) : collectTested(distancesOf, folds)
  const roc = rocCurve(distances, pairs.same)
  const { seed, resamples, level } = protocol.interval
  const [auc, eer] = [areaUnderCurve(roc), equalErrorRate(roc)]
  const judged = { distances, correct: kFold.correct, accuracy: kFold.accuracy, auc, eer, tar: [] }
  const [{ accuracy }] = scoreEstimates([judged], pairs.same, folds, { seed, resamples })
  const { low, high } = estimateLimits(accuracy, subjects, normalQuantile((1 + level) / 2))
  const different = pairs.same.reduce((count, label) => count + 1 - label, 0)
  return {
    ...kFold,
    interval: { low, high, level, resamples },
    auc,
    eer,
    tarAtFar: protocol.farTargets.map((far) => ({
      far,
      tar: tarAtFar(roc, far),
      resolved: different * far >= 1,
    })),
    distances,
    foldOf: folds.of,
  }
}

function distancesByFold(
  features: Float64Array,
  size: number,
  pairs: Pairs,
  folds: Folds,
  { distance, subtractMean }: Protocol,
): (fold: number) => Float64Array {
  if (subtractMean === false) {
    const distances = pairDistances(features, size, pairs, distance)
    return () => distances
  }
  return (fold) =>
    pairDistances(features, size, pairs, distance, {
      mean: meanOfOthers(features, size, pairs, folds, fold),
      normalise: subtractMean === 'magface',
    })
}

/** Added up in the order of `numpy.mean(concatenate([first, second]), axis=0)`. */
function meanOfOthers(
  features: Float64Array,
  size: number,
  { first, second }: Pairs,
  folds: Folds,
  fold: number,
): Float64Array {
  const mean = new Float64Array(size)
  let count = 0
  for (const images of [first, second]) {
    for (let pair = 0; pair < folds.of.length; pair++) {
      if (folds.of[pair] === fold) continue
      const from = images[pair] * size
      for (let i = 0; i < size; i++) mean[i] += features[from + i]
      count++
    }
  }
  for (let i = 0; i < size; i++) mean[i] /= count
  return mean
}

function collectTested(distancesOf: (fold: number) => Float64Array, folds: Folds): Float64Array {
  const out = new Float64Array(folds.of.length)
  for (let fold = 0; fold < folds.count; fold++) {
    const distances = distancesOf(fold)
    for (let pair = 0; pair < out.length; pair++) if (folds.of[pair] === fold) out[pair] = distances[pair]
  }
  return out
}
