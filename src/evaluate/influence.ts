import { curveSlope } from './curve-slope.js'
import type { Folds } from './folds.js'
import type { Roc } from './roc.js'

/**
 * How much each pair moves an estimate: the estimate minus its expectation is nearly the sum over pairs, and with
 * independent pairs the variance is the sum of the squares.
 */
export type Influence = Float64Array

/** Of the mean over folds of the shares decided rightly, thresholds held fixed. */
export function accuracyInfluence(correct: Uint8Array, folds: Folds): Influence {
  const sizes = new Float64Array(folds.count)
  const right = new Float64Array(folds.count)
  for (let pair = 0; pair < correct.length; pair++) {
    sizes[folds.of[pair]]++
    right[folds.of[pair]] += correct[pair]
  }
  return Float64Array.from(correct, (value, pair) => {
    const fold = folds.of[pair]
    return (value - right[fold] / sizes[fold]) / (folds.count * sizes[fold])
  })
}

/**
 * Of the area under the curve: the share of the other label's pairs that lie on the right side of a pair (its
 * placement), less the area (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988). A sort: n log n.
 */
export function areaInfluence(distances: ArrayLike<number>, same: Uint8Array): Influence {
  const order = Uint32Array.from({ length: same.length }, (_, pair) => pair)
  order.sort((a, b) => distances[a] - distances[b])
  const positives = same.reduce((sum, label) => sum + label, 0)
  const negatives = same.length - positives
  const placements = new Float64Array(same.length)
  const below = [0, 0]
  for (let start = 0; start < order.length; ) {
    let end = start
    const tied = [0, 0]
    while (end < order.length && distances[order[end]] === distances[order[start]]) tied[same[order[end++]]]++
    for (let i = start; i < end; i++) {
      const pair = order[i]
      placements[pair] =
        same[pair] === 1 ? 1 - (below[0] + tied[0] / 2) / negatives : (below[1] + tied[1] / 2) / positives
    }
    below[0] += tied[0]
    below[1] += tied[1]
    start = end
  }
  const area = placements.reduce((sum, value, pair) => sum + value * same[pair], 0) / positives
  return placements.map((value, pair) => (value - area) / (same[pair] === 1 ? positives : negatives))
}

/**
 * Of the share of same pairs accepted where `far` of the different ones are: through the same pairs at that threshold,
 * and through the different ones, which move the threshold, by the curve's slope there.
 */
export function tarInfluence(
  distances: ArrayLike<number>,
  same: Uint8Array,
  roc: Roc,
  far: number,
  slope = curveSlope(roc, same, far),
): Influence {
  return rateInfluence(distances, same, thresholdAtFar(roc, far), slope)
}

/** Of the equal error rate: where the curve crosses the line on which both errors are equal, seen along that line. */
export function eerInfluence(
  distances: ArrayLike<number>,
  same: Uint8Array,
  roc: Roc,
  eer: number,
): Influence {
  const slope = curveSlope(roc, same, eer)
  const influence = rateInfluence(distances, same, thresholdAtFar(roc, eer), slope)
  return influence.map((value) => -value / (1 + slope))
}

function rateInfluence(
  distances: ArrayLike<number>,
  same: Uint8Array,
  threshold: number,
  slope: number,
): Influence {
  const sizes = [0, 0]
  const accepted = [0, 0]
  for (let pair = 0; pair < same.length; pair++) {
    sizes[same[pair]]++
    if (distances[pair] <= threshold) accepted[same[pair]]++
  }
  return Float64Array.from(same, (label, pair) => {
    const deviation = (distances[pair] <= threshold ? 1 : 0) - accepted[label] / sizes[label]
    return ((label === 1 ? 1 : -slope) * deviation) / sizes[label]
  })
}

function thresholdAtFar({ far, distances }: Roc, target: number): number {
  let threshold = Number.NEGATIVE_INFINITY
  for (let i = 0; i < far.length && far[i] <= target; i++) threshold = distances[i]
  return threshold
}
