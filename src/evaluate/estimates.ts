import { curveSlope } from './curve-slope.js'
import type { Folds } from './folds.js'
import { type HalfSampling, halfSamples } from './half-samples.js'
import { accuracyInfluence, areaInfluence, eerInfluence, tarInfluence } from './influence.js'
import { rocCurve } from './roc.js'
import type { Estimate } from './uncertainty.js'

/** A recogniser's numbers on a test set, as the protocol gave them. */
export interface JudgedPairs {
  readonly distances: ArrayLike<number>
  /** 1 where a pair was decided rightly */
  readonly correct: Uint8Array
  readonly accuracy: number
  readonly auc: number
  readonly eer: number
  /** per rate that is asked for */
  readonly tar: readonly number[]
}

/** The numbers of a curve, with what their uncertainty is told from. */
export interface RocEstimates {
  readonly auc: Estimate
  readonly eer: Estimate
  /** per rate */
  readonly tar: readonly Estimate[]
}

/** All numbers with what their uncertainty is told from. */
export interface ScoreEstimates {
  readonly accuracy: Estimate
  /** undefined where no rates were asked for */
  readonly roc?: RocEstimates
}

/**
 * Estimates of recognisers on the same pairs; their halves are the same halves. Costs what {@link halfSamples} does.
 * @param sampling with the rates of which the true accept rate was asked for; without, only accuracies are estimated
 */
export function scoreEstimates(
  recognisers: readonly JudgedPairs[],
  same: Uint8Array,
  folds: Folds,
  sampling: HalfSampling & { readonly rates?: readonly number[] },
): ScoreEstimates[] {
  const sampled = halfSamples(
    recognisers.map(({ distances }) => distances),
    same,
    folds,
    sampling,
  )
  const positives = same.reduce((sum, label) => sum + label, 0)
  return recognisers.map((of, i): ScoreEstimates => {
    const accuracy = {
      value: of.accuracy,
      influence: accuracyInfluence(of.correct, folds),
      halves: sampled[i],
      pairs: pairsOfFolds(folds),
    }
    const { rates } = sampling
    if (rates === undefined) return { accuracy }
    const roc = rocCurve(Float64Array.from(of.distances), same)
    return {
      accuracy,
      roc: {
        auc: {
          value: of.auc,
          influence: areaInfluence(of.distances, same),
          pairs: positives * (same.length - positives),
        },
        eer: {
          value: of.eer,
          influence: eerInfluence(of.distances, same, roc, of.eer),
          pairs: same.length,
        },
        tar: rates.map((rate, r) => {
          const slope = curveSlope(roc, same, rate)
          return {
            value: of.tar[r],
            influence: tarInfluence(of.distances, same, roc, rate, slope),
            // A different pair moves it by the slope times its share, which is more than a same pair where the curve is steep.
            pairs: slope > 0 ? Math.min(positives, (same.length - positives) / slope) : positives,
          }
        }),
      },
    }
  })
}

/** How many pairs a mean over folds is worth: all of them where folds are equal. */
function pairsOfFolds({ of, count }: Folds): number {
  const sizes = new Float64Array(count)
  for (const fold of of) sizes[fold]++
  return count ** 2 / sizes.reduce((sum, size) => sum + (size > 0 ? 1 / size : 0), 0)
}
