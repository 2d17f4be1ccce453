import type { Folds } from '../evaluate/folds.js'
import { areaUnderCurve, equalErrorRate, type Roc, tarAtFar } from '../evaluate/roc.js'
import { chooseThresholds, firstThresholdAbove, ThresholdCounts } from '../evaluate/thresholds.js'
import { RandomStream } from '../random/philox.js'

/** What one recogniser made of the pairs of a resample. */
export interface ResampledScores {
  /** mean over folds, thresholds chosen anew, of each resample */
  readonly accuracy: Float64Array
  readonly auc: Float64Array
  readonly eer: Float64Array
  /** per false accept rate */
  readonly tar: readonly Float64Array[]
}

export interface PairedBootstrap {
  readonly base: ResampledScores
  readonly next: ResampledScores
}

/** The full ROC of weighted pairs, refilled for each resample without a sort. */
class WeightedRoc {
  readonly #order: Uint32Array
  /** where each run of equal distances ends in the order */
  readonly #ends: number[] = []
  readonly #roc: Roc

  constructor(distances: Float32Array) {
    const order = Uint32Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b])
    for (let i = 1; i <= order.length; i++) {
      if (i === order.length || distances[order[i]] !== distances[order[i - 1]]) this.#ends.push(i)
    }
    this.#order = order
    const points = this.#ends.length + 1
    this.#roc = {
      far: new Float64Array(points),
      tar: new Float64Array(points),
      distances: new Float64Array(points),
    }
  }

  of(weights: Uint16Array, same: Uint8Array): Roc {
    const { far, tar } = this.#roc
    let accepted = 0
    let falselyAccepted = 0
    let start = 0
    for (let group = 0; group < this.#ends.length; group++) {
      for (; start < this.#ends[group]; start++) {
        const pair = this.#order[start]
        if (same[pair] === 1) accepted += weights[pair]
        else falselyAccepted += weights[pair]
      }
      far[group + 1] = falselyAccepted
      tar[group + 1] = accepted
    }
    for (let i = 1; i < far.length; i++) {
      far[i] /= falselyAccepted
      tar[i] /= accepted
    }
    return this.#roc
  }
}

/**
 * Resamples two recognisers on the same pairs: pairs are drawn with replacement inside their fold, the same ones for
 * both, and thresholds are chosen anew. The draws are those of `bootstrapAccuracies`.
 *
 * Costs resamples * (pairs + folds * 400), a few times that with `rates`.
 * @param rates false accept rates; left out, only accuracies are computed (the rest is empty)
 */
export function pairedBootstrap(
  distances: { readonly base: Float32Array; readonly next: Float32Array },
  same: Uint8Array,
  folds: Folds,
  options: { readonly seed: number; readonly resamples: number; readonly rates?: readonly number[] },
): PairedBootstrap {
  const { seed, resamples, rates } = options
  const pools = Array.from({ length: folds.count }, () => [] as number[])
  folds.of.forEach((fold, pair) => {
    pools[fold].push(pair)
  })
  const sides = [distances.base, distances.next].map((values) => ({
    bins: Uint16Array.from(values, firstThresholdAbove),
    counts: new ThresholdCounts(folds.count),
    roc: rates && new WeightedRoc(values),
    scores: emptyScores(resamples, rates),
  }))
  const weights = new Uint16Array(same.length)
  for (let resample = 0; resample < resamples; resample++) {
    const random = new RandomStream(seed, 'bootstrap', resample)
    weights.fill(0)
    for (const { counts } of sides) counts.clear()
    for (let fold = 0; fold < folds.count; fold++) {
      const pool = pools[fold]
      for (let draw = 0; draw < pool.length; draw++) {
        const pair = pool[Math.floor((random.nextUint32() / 2 ** 32) * pool.length)]
        weights[pair]++
        for (const { bins, counts } of sides) counts.add(fold, bins[pair], same[pair] === 1)
      }
    }
    for (const { counts, roc, scores } of sides) {
      let sum = 0
      chooseThresholds(counts).forEach(({ correct }, fold) => {
        sum += correct / pools[fold].length
      })
      scores.accuracy[resample] = sum / folds.count
      if (roc === undefined || rates === undefined) continue
      const curve = roc.of(weights, same)
      scores.auc[resample] = areaUnderCurve(curve)
      scores.eer[resample] = equalErrorRate(curve)
      rates.forEach((rate, i) => {
        scores.tar[i][resample] = tarAtFar(curve, rate)
      })
    }
  }
  return { base: sides[0].scores, next: sides[1].scores }
}

function emptyScores(resamples: number, rates: readonly number[] | undefined): ResampledScores {
  const size = rates === undefined ? 0 : resamples
  return {
    accuracy: new Float64Array(resamples),
    auc: new Float64Array(size),
    eer: new Float64Array(size),
    tar: (rates ?? []).map(() => new Float64Array(size)),
  }
}
