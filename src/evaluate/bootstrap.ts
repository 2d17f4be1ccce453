import { quantile } from '../arrays/quantile.js'
import { RandomStream } from '../random/philox.js'
import type { Folds } from './folds.js'
import { chooseThresholds, firstThresholdAbove, ThresholdCounts } from './thresholds.js'

/** A percentile interval. */
export interface Interval {
  readonly low: number
  readonly high: number
  /** 0.95 for 95 % */
  readonly level: number
  /** how many resamples it is from */
  readonly resamples: number
}

/** The middle `level` of the values, which are sorted in place. */
export function percentileInterval(values: Float64Array, level: number): Interval {
  values.sort()
  const tail = (1 - level) / 2
  return { low: quantile(values, tail), high: quantile(values, 1 - tail), level, resamples: values.length }
}

/**
 * The accuracy of resampled test sets: pairs are drawn with replacement inside their fold, thresholds are chosen
 * anew. `accuracies[r]` is the mean over folds in resample r. The draws depend on the seed and the folds only, so two
 * recognisers resampled with one seed on the same pairs can be compared resample by resample.
 *
 * Costs resamples * (pairs + folds * 400).
 */
export function bootstrapAccuracies(
  distances: Float64Array,
  same: Uint8Array,
  folds: Folds,
  seed: number,
  resamples: number,
): Float64Array {
  const bins = Uint16Array.from(distances, firstThresholdAbove)
  const members = Array.from({ length: folds.count }, () => [] as number[])
  for (let pair = 0; pair < same.length; pair++) members[folds.of[pair]].push(pair)
  const pools = members.map((pairs) => Uint32Array.from(pairs))
  const whole = new ThresholdCounts(folds.count)
  const accuracies = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample++) {
    const random = new RandomStream(seed, 'bootstrap', resample)
    whole.clear()
    for (let fold = 0; fold < folds.count; fold++) {
      const pool = pools[fold]
      for (let draw = 0; draw < pool.length; draw++) {
        const pair = pool[Math.floor((random.nextUint32() / 2 ** 32) * pool.length)]
        whole.add(fold, bins[pair], same[pair] === 1)
      }
    }
    let sum = 0
    chooseThresholds(whole).forEach(({ correct }, fold) => {
      sum += correct / pools[fold].length
    })
    accuracies[resample] = sum / folds.count
  }
  return accuracies
}
