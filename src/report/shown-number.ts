import { metricWords } from '../measures/metric-words.js'
import { isOf, metricsOf } from '../results/evaluation.js'
import type { Evaluation, PairsEvaluation } from '../results/schema.js'

/** A number of an evaluation that a table can show in its cells. */
export interface ShownNumber {
  /** by which it is asked for: `accuracy`, `tar@0.001` */
  readonly id: string
  /** heads a table of it */
  readonly title: string
  /** what a note says of it: a clause without its unit */
  readonly means: string
  readonly unit: '%' | ''
  readonly better: 'higher' | 'lower' | 'neither'
  of(evaluation: Evaluation): ShownValue | undefined
}

/** In the unit of its number. */
export interface ShownValue {
  readonly value: number
  readonly low?: number
  readonly high?: number
}

/** What a protocol's tables show where nothing else is asked for: of pairs the accuracy. */
export const ACCURACY: ShownNumber = {
  id: 'accuracy',
  title: 'Accuracy',
  means: 'accuracy',
  unit: '%',
  better: 'higher',
  of(evaluation) {
    const [{ value, interval }] = metricsOf(evaluation)
    return {
      value: 100 * value,
      ...(interval !== undefined && { low: 100 * interval.low, high: 100 * interval.high }),
    }
  },
}

function ofPairs(
  number: Omit<ShownNumber, 'of'>,
  pick: (evaluation: PairsEvaluation) => number | undefined,
): ShownNumber {
  return {
    ...number,
    of(evaluation) {
      const value = isOf(evaluation, 'pairs') ? pick(evaluation) : undefined
      return value === undefined ? undefined : { value }
    },
  }
}

/** The true accept rate at a false accept rate; left out where the pairs are too few to tell it. */
function tarAt(rate: number): ShownNumber {
  return ofPairs(
    {
      id: `tar@${rate}`,
      title: metricWords({ family: 'tar', parameters: { far: rate } }),
      means: `share of same pairs accepted where ${rate} of the different ones are; empty where these are too few to tell`,
      unit: '%',
      better: 'higher',
    },
    ({ tarAtFar }) => {
      const found = tarAtFar.find(({ far, resolved }) => far === rate && resolved)
      return found && 100 * found.tar
    },
  )
}

const OTHERS: readonly ShownNumber[] = [
  ofPairs(
    {
      id: 'deviation',
      title: 'Deviation over folds',
      means: 'standard deviation of the accuracy over the folds',
      unit: '%',
      better: 'neither',
    },
    ({ std }) => 100 * std,
  ),
  ofPairs(
    {
      id: 'auc',
      title: 'AUC',
      means: 'area under the ROC: how often a same pair is nearer than a different one',
      unit: '%',
      better: 'higher',
    },
    ({ auc }) => 100 * auc,
  ),
  ofPairs(
    {
      id: 'eer',
      title: 'EER',
      means: 'error rate where false accepts and false rejects are as frequent',
      unit: '%',
      better: 'lower',
    },
    ({ eer }) => 100 * eer,
  ),
]

const THRESHOLD = ofPairs(
  {
    id: 'threshold',
    title: 'Threshold',
    means: 'mean of the thresholds that the folds were decided with, in the unit of the distance',
    unit: '',
    better: 'neither',
  },
  ({ folds }) => folds.reduce((sum, { threshold }) => sum + threshold, 0) / folds.length,
)

/** Every number that some of the evaluations tell, the accuracy first. */
export function numbersOf(evaluations: readonly Evaluation[]): ShownNumber[] {
  const rates = evaluations.flatMap((evaluation) =>
    isOf(evaluation, 'pairs') ? evaluation.tarAtFar.map(({ far }) => far) : [],
  )
  const all = [...OTHERS, ...[...new Set(rates)].sort((a, b) => b - a).map((rate) => tarAt(rate)), THRESHOLD]
  return [ACCURACY, ...all.filter((number) => evaluations.some((it) => number.of(it) !== undefined))]
}
