import { type ScoreEstimates, scoreEstimates } from '../evaluate/estimates.js'
import type { Folds } from '../evaluate/folds.js'
import type { PairSubjects } from '../evaluate/pair-subjects.js'
import type { TestSetOf } from '../results/evaluation.js'
import { unpackFloat32, unpackUint8, unpackUint16, unpackUint32 } from '../results/packing.js'
import type { PairsEvaluation } from '../results/schema.js'

/** Two evaluations on the same pairs, with what the uncertainty of their differences is told from. */
export interface PairedEstimates {
  readonly base: ScoreEstimates
  readonly next: ScoreEstimates
  readonly subjects: PairSubjects | undefined
}

/**
 * Costs what `halfSamples` does for two recognisers.
 * @param rates false accept rates that both tell; left out, only accuracies are estimated
 */
export function pairedEstimates(
  base: PairsEvaluation,
  next: PairsEvaluation,
  testSet: Pick<TestSetOf<'pairs'>, 'labels' | 'subjects'>,
  { resamples, rates }: { readonly resamples: number; readonly rates?: readonly number[] },
): PairedEstimates {
  const folds: Folds = { of: unpackUint16(base.foldOf), count: base.folds.length }
  const judged = [base, next].map((evaluation) => {
    const { accuracy, auc, eer, tarAtFar } = evaluation
    return {
      distances: unpackFloat32(evaluation.distances),
      correct: unpackUint8(evaluation.correct),
      accuracy,
      auc,
      eer,
      tar: (rates ?? []).map((rate) => tarAtFar.find(({ far }) => far === rate)?.tar ?? 0),
    }
  })
  const sampling = { seed: base.protocol.seed, resamples, ...(rates && { rates }) }
  const [a, b] = scoreEstimates(judged, unpackUint8(testSet.labels), folds, sampling)
  return { base: a, next: b, subjects: testSet.subjects ? subjectsOf(testSet.subjects) : undefined }
}

function subjectsOf(text: string): PairSubjects {
  const both = unpackUint32(text)
  return { first: both.filter((_, i) => i % 2 === 0), second: both.filter((_, i) => i % 2 === 1) }
}
