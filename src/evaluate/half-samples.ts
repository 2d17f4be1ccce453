import { RandomStream } from '../random/philox.js'
import type { Folds } from './folds.js'
import { chooseThresholds, firstThresholdAbove, ThresholdCounts } from './thresholds.js'

export interface HalfSampling {
  readonly seed: number
  readonly resamples: number
}

/**
 * The accuracies of recognisers on random halves of the pairs, the same halves for all: means over folds, thresholds chosen
 * anew. Half of the same and half of the different pairs of every fold are taken, without replacement. They vary as that of
 * the whole set does between samplings of it: the delete-d jackknife with d = n / 2 (Shao and Wu, "A general theory for
 * jackknife variance estimation", Annals of Statistics 1989), which unlike a bootstrap has no repeated pairs: they make the
 * choice of a threshold wobble more than new pairs would. The draws depend on seed, folds and labels only.
 *
 * Costs resamples * (pairs + folds * 400) a recogniser.
 */
export function halfSamples(
  recognisers: readonly ArrayLike<number>[],
  same: Uint8Array,
  folds: Folds,
  { seed, resamples }: HalfSampling,
): Float64Array[] {
  const sides = recognisers.map((distances) => ({
    bins: Uint16Array.from(distances, firstThresholdAbove),
    counts: new ThresholdCounts(folds.count),
    accuracies: new Float64Array(resamples),
  }))
  const strata = stratify(same, folds)
  const taken = new Uint8Array(same.length)
  const sizes = new Uint32Array(folds.count)
  for (let resample = 0; resample < resamples; resample++) {
    takeHalf(strata, new RandomStream(seed, 'half-samples', resample), taken)
    sizes.fill(0)
    for (let pair = 0; pair < taken.length; pair++) sizes[folds.of[pair]] += taken[pair]
    for (const { bins, counts, accuracies } of sides) {
      count(counts, taken, bins, same, folds.of)
      accuracies[resample] = meanAccuracy(counts, sizes)
    }
  }
  return sides.map(({ accuracies }) => accuracies)
}

/** The pairs of each fold and label. */
function stratify(same: Uint8Array, folds: Folds): Uint32Array[] {
  const strata = Array.from({ length: 2 * folds.count }, () => [] as number[])
  for (let pair = 0; pair < same.length; pair++) strata[2 * folds.of[pair] + same[pair]].push(pair)
  return strata.map((pairs) => Uint32Array.from(pairs))
}

/** Marks half of each stratum; the odd one of it goes either way. Leaves the strata in another order. */
function takeHalf(strata: readonly Uint32Array[], random: RandomStream, taken: Uint8Array): void {
  taken.fill(0)
  for (const pairs of strata) {
    const wanted = Math.floor(pairs.length / 2 + (pairs.length % 2) * random.nextInt(2) * 0.5)
    for (let i = 0; i < wanted; i++) {
      const j = i + random.nextInt(pairs.length - i)
      const pair = pairs[j]
      pairs[j] = pairs[i]
      pairs[i] = pair
      taken[pair] = 1
    }
  }
}

function count(
  counts: ThresholdCounts,
  taken: Uint8Array,
  bins: Uint16Array,
  same: Uint8Array,
  foldOf: Uint16Array,
): void {
  counts.clear()
  for (let pair = 0; pair < taken.length; pair++) {
    if (taken[pair] === 1) counts.add(foldOf[pair], bins[pair], same[pair] === 1)
  }
}

/** Folds of which nothing was taken are left out. */
function meanAccuracy(counts: ThresholdCounts, sizes: Uint32Array): number {
  let sum = 0
  let filled = 0
  chooseThresholds(counts).forEach(({ correct }, fold) => {
    if (sizes[fold] === 0) return
    sum += correct / sizes[fold]
    filled++
  })
  return sum / filled
}
