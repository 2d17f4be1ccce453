import { percentileInterval } from '../evaluate/bootstrap.js'
import type { Folds } from '../evaluate/folds.js'
import { type MetricIdentity, metricName } from '../results/metric.js'
import { unpackFloat32, unpackUint8, unpackUint16 } from '../results/packing.js'
import type { PairsEvaluation } from '../results/schema.js'
import type { Difference } from './difference.js'
import { type Discordance, differenceInterval, discordanceOf, mcNemarProbability } from './mcnemar.js'
import { normalTail } from './normal.js'
import { pairedBootstrap } from './paired-bootstrap.js'
import { type Policy, resolvePolicy } from './policy.js'
import { type CellOf, cellName } from './side.js'
import { lossProbability } from './sign-flip.js'
import { STEADY_THRESHOLDS, steadyDecisions } from './steady-decisions.js'

const ACCURACY: MetricIdentity = { family: 'accuracy', parameters: {} }

/**
 * The accuracy of one recogniser on one test set in both runs, and its ROC's numbers. Both have the same pairs.
 *
 * The accuracies that are shown, and their interval, are the protocol's, whose folds choose the thresholds. The p-value is
 * of the exact sign-flip test on {@link steadyDecisions}, which has the stated chance of a false alarm and sees smaller
 * losses. McNemar's on the protocol's own decisions is told beside it.
 */
export function verificationDifferences(
  base: CellOf<'pairs'>,
  next: CellOf<'pairs'>,
  policy: Policy,
  roc = true,
): Difference[] {
  const a = base.evaluation
  const b = next.evaluation
  const of = unpackUint16(a.foldOf)
  const folds: Folds = { of, count: a.folds.length }
  const same = unpackUint8(base.testSet.labels)
  const rates = roc ? commonRates(a, b) : undefined
  const distances = { base: unpackFloat32(a.distances), next: unpackFloat32(b.distances) }
  const resampled = pairedBootstrap(distances, same, folds, {
    seed: a.protocol.seed,
    resamples: policy.resamples,
    ...(rates && { rates }),
  })
  const common = {
    subject: cellName(b),
    kind: 'verification' as const,
    unit: 'share',
    demo: [base, next].some(({ model, testSet }) => testSet.demo || model?.demo === true),
  }
  const found = discordanceOf(unpackUint8(a.correct), unpackUint8(b.correct))
  const changes = changesOf(distances, same)
  const accuracyPolicy = resolvePolicy(policy, ACCURACY, a.accuracy)
  const { deviation: _, ...accuracyDifference } = differenceOf(
    resampled.base.accuracy,
    resampled.next.accuracy,
    policy.level,
  )
  const accuracy: Difference = {
    ...common,
    metric: metricName(ACCURACY),
    identity: ACCURACY,
    base: a.accuracy,
    next: b.accuracy,
    difference: b.accuracy - a.accuracy,
    ...accuracyDifference,
    guard: differenceInterval(found, policy.level),
    probability: {
      worse: lossProbability(changes, accuracyPolicy.tolerance * STEADY_THRESHOLDS),
      better: lossProbability(
        changes.map((change) => -change),
        accuracyPolicy.tolerance * STEADY_THRESHOLDS,
      ),
    },
    better: 'higher',
    test: 'exact sign-flip at ten thresholds',
    detail: `${found.lost} pairs lost, ${found.won} won of ${found.pairs.toLocaleString('en')}${mcNemarText(found)}`,
    policy: accuracyPolicy,
  }
  if (rates === undefined) return [accuracy]
  const fromRoc = (
    identity: MetricIdentity,
    better: 'higher' | 'lower',
    values: readonly [base: number, next: number],
    samples: readonly [base: Float64Array, next: Float64Array],
    detail: string,
  ): Difference => {
    const resolved = resolvePolicy(policy, identity, values[0])
    const { interval, deviation } = differenceOf(samples[0], samples[1], policy.level)
    const difference = values[1] - values[0]
    const gain = better === 'lower' ? -difference : difference
    return {
      ...common,
      metric: metricName(identity),
      identity,
      base: values[0],
      next: values[1],
      difference,
      interval,
      ...(deviation > 0 && {
        probability: {
          worse: normalTail((-gain - resolved.tolerance) / deviation),
          better: normalTail((gain - resolved.tolerance) / deviation),
        },
      }),
      better,
      test: 'paired bootstrap',
      detail,
      policy: resolved,
    }
  }
  return [
    accuracy,
    fromRoc(
      { family: 'auc', parameters: {} },
      'higher',
      [a.auc, b.auc],
      [resampled.base.auc, resampled.next.auc],
      '',
    ),
    fromRoc(
      { family: 'eer', parameters: {} },
      'lower',
      [a.eer, b.eer],
      [resampled.base.eer, resampled.next.eer],
      '',
    ),
    ...rates.map((far, i) => {
      const [one, other] = [tarAt(a, far), tarAt(b, far)]
      return fromRoc(
        { family: 'tar', parameters: { far } },
        'higher',
        [one.tar, other.tar],
        [resampled.base.tar[i], resampled.next.tar[i]],
        one.resolved ? '' : 'too few different pairs for this rate',
      )
    }),
  ]
}

/** Of each pair, how many more of the ten thresholds decide it rightly in the new run. */
export function changesOf(
  distances: { readonly base: Float32Array; readonly next: Float32Array },
  same: Uint8Array,
): Int16Array {
  const [before, after] = [distances.base, distances.next].map((values) => steadyDecisions(values, same))
  return Int16Array.from(after, (count, pair) => count - before[pair])
}

/** McNemar's p-value for the side that more pairs went to. */
function mcNemarText(found: Discordance): string {
  if (found.lost === found.won) return ''
  const p = mcNemarProbability(
    found.lost > found.won ? found : { ...found, lost: found.won, won: found.lost },
  )
  return ` (McNemar p ${p < 0.001 ? p.toExponential(0) : p.toFixed(3)})`
}

function tarAt(evaluation: PairsEvaluation, far: number): PairsEvaluation['tarAtFar'][number] {
  return evaluation.tarAtFar.find((entry) => entry.far === far) ?? { far, tar: 0, resolved: false }
}

/** False accept rates that both runs tell. */
function commonRates(a: PairsEvaluation, b: PairsEvaluation): number[] {
  return a.tarAtFar
    .filter(({ far, resolved }) => resolved && b.tarAtFar.some((entry) => entry.far === far))
    .map(({ far }) => far)
}

function differenceOf(base: Float64Array, next: Float64Array, level: number) {
  const differences = Float64Array.from(next, (value, i) => value - base[i])
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const share = (holds: (value: number) => boolean): number => {
    return differences.reduce((count, value) => count + (holds(value) ? 1 : 0), 0) / differences.length
  }
  const { low, high } = percentileInterval(differences, level)
  return {
    interval: { low, high, level },
    resampled: { notWorse: share((value) => value >= 0), notBetter: share((value) => value <= 0) },
    deviation: Math.sqrt(squares / (differences.length - 1)),
  }
}
