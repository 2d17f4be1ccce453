import type { Folds } from './folds.js'
import { numpySum } from './numpy-sum.js'
import { chooseThresholds, firstThresholdAbove, ThresholdCounts, thresholdAt } from './thresholds.js'

/** One fold's outcome: the threshold that is best on the other folds, and the accuracy that it has here. */
export interface FoldResult {
  readonly pairs: number
  /** 0 .. 1 */
  readonly accuracy: number
  readonly threshold: number
}

/** A verification by folds. `std` is the population's standard deviation over folds, as the papers report. */
export interface KFoldResult {
  readonly accuracy: number
  readonly std: number
  readonly folds: readonly FoldResult[]
  /** 1 where a pair was decided rightly by its fold's threshold */
  readonly correct: Uint8Array
}

/**
 * insightface's verification protocol (`verification.py`, `calculate_roc`): for each fold the first threshold of
 * 0, 0.01 .. 3.99 whose accuracy on the other folds is highest decides the pairs of the fold; a pair is accepted
 * when its distance is below the threshold. Linear in the pairs.
 *
 * @param distancesOf the distances of all pairs when `fold` is the one tested; they differ between folds only
 *   where something (a mean) is learnt from the other folds
 */
export function kFoldVerification(
  distancesOf: (fold: number) => Float64Array,
  same: Uint8Array,
  folds: Folds,
): KFoldResult {
  const counts = new ThresholdCounts(folds.count)
  const correct = new Uint8Array(same.length)
  const results: FoldResult[] = []
  let counted: Float64Array | undefined
  let chosen: ReturnType<typeof chooseThresholds> = []
  for (let fold = 0; fold < folds.count; fold++) {
    const distances = distancesOf(fold)
    if (distances !== counted) {
      counts.clear()
      for (let pair = 0; pair < same.length; pair++) {
        counts.add(folds.of[pair], firstThresholdAbove(distances[pair]), same[pair] === 1)
      }
      chosen = chooseThresholds(counts)
      counted = distances
    }
    const threshold = thresholdAt(chosen[fold].index)
    let pairs = 0
    for (let pair = 0; pair < same.length; pair++) {
      if (folds.of[pair] !== fold) continue
      pairs++
      if (distances[pair] < threshold === (same[pair] === 1)) correct[pair] = 1
    }
    results.push({ pairs, accuracy: chosen[fold].correct / pairs, threshold })
  }
  const { mean, std } = meanAndDeviation(results.map(({ accuracy }) => accuracy))
  return { accuracy: mean, std, folds: results, correct }
}

/** Mean and population standard deviation, added up as NumPy does. */
export function meanAndDeviation(values: readonly number[]): { mean: number; std: number } {
  const mean = numpySum(Float64Array.from(values)) / values.length
  const variance = numpySum(Float64Array.from(values, (value) => (value - mean) ** 2)) / values.length
  return { mean, std: Math.sqrt(variance) }
}
