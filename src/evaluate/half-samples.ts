import { RandomStream } from '../random/philox.js'
import type { Folds } from './folds.js'
import { PartialRoc, rocScores } from './partial-roc.js'
import { chooseThresholds, firstThresholdAbove, ThresholdCounts } from './thresholds.js'

/** What one recogniser made of the pairs of each sample. */
export interface SampledScores {
  /** mean over folds, thresholds chosen anew */
  readonly accuracy: Float64Array
  /** the rest is empty where no rates were asked for */
  readonly auc: Float64Array
  readonly eer: Float64Array
  /** per false accept rate */
  readonly tar: readonly Float64Array[]
}

export interface HalfSampling {
  readonly seed: number
  readonly resamples: number
  /** false accept rates; left out, only accuracies are computed */
  readonly rates?: readonly number[]
}

/**
 * The scores of recognisers on random halves of the pairs, the same halves for all. Half of the same and half of the
 * different pairs of every fold are taken, without replacement. The scores vary as those of the whole set do between
 * samplings of it: the delete-d jackknife with d = n / 2 (Shao and Wu, "A general theory for jackknife variance
 * estimation", Annals of Statistics 1989), which unlike a bootstrap has no repeated pairs: they make the choice of a
 * threshold wobble more than new pairs would, and ROCs coarser. The draws depend on seed, folds and labels only.
 *
 * Costs resamples * (pairs + folds * 400) a recogniser, a few times that with `rates`.
 */
export function halfSamples(
  recognisers: readonly ArrayLike<number>[],
  same: Uint8Array,
  folds: Folds,
  { seed, resamples, rates }: HalfSampling,
): SampledScores[] {
  const sides = recognisers.map((distances) => ({
    bins: Uint16Array.from(distances, firstThresholdAbove),
    counts: new ThresholdCounts(folds.count),
    roc: rates && new PartialRoc(distances, same),
    scores: emptyScores(resamples, rates),
  }))
  const strata = stratify(same, folds)
  const taken = new Uint8Array(same.length)
  const sizes = new Uint32Array(folds.count)
  for (let resample = 0; resample < resamples; resample++) {
    takeHalf(strata, new RandomStream(seed, 'half-samples', resample), taken)
    sizes.fill(0)
    for (let pair = 0; pair < taken.length; pair++) sizes[folds.of[pair]] += taken[pair]
    for (const { bins, counts } of sides) count(counts, taken, bins, same, folds.of)
    for (const { counts, roc, scores } of sides) {
      scores.accuracy[resample] = meanAccuracy(counts, sizes)
      if (roc === undefined || rates === undefined) continue
      const { auc, eer, tar } = rocScores(roc.of(taken), rates)
      scores.auc[resample] = auc
      scores.eer[resample] = eer
      tar.forEach((value, i) => {
        scores.tar[i][resample] = value
      })
    }
  }
  return sides.map(({ scores }) => scores)
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

function emptyScores(resamples: number, rates: readonly number[] | undefined): SampledScores {
  const size = rates === undefined ? 0 : resamples
  return {
    accuracy: new Float64Array(resamples),
    auc: new Float64Array(size),
    eer: new Float64Array(size),
    tar: (rates ?? []).map(() => new Float64Array(size)),
  }
}
