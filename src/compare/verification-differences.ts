import type { RocEstimates } from '../evaluate/estimates.js'
import { normalQuantile, normalTail } from '../evaluate/normal.js'
import { type Estimate, pairedLimits } from '../evaluate/uncertainty.js'
import { type MetricIdentity, metricName } from '../results/metric.js'
import { unpackFloat32, unpackUint8 } from '../results/packing.js'
import type { PairsEvaluation } from '../results/schema.js'
import type { Difference } from './difference.js'
import { type Discordance, discordanceOf, mcNemarProbability } from './mcnemar.js'
import { pairedEstimates } from './paired-estimates.js'
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
  const same = unpackUint8(base.testSet.labels)
  const rates = roc ? commonRates(a, b) : undefined
  const distances = { base: unpackFloat32(a.distances), next: unpackFloat32(b.distances) }
  const estimates = pairedEstimates(a, b, base.testSet, {
    resamples: policy.resamples,
    ...(rates && { rates }),
  })
  const z = normalQuantile((1 + policy.level) / 2)
  const limitsOf = (of: (side: typeof estimates.base) => Estimate) => {
    const limits = pairedLimits(of(estimates.base), of(estimates.next), estimates.subjects, z)
    const { low, high, deviation } = limits
    return { interval: { low, high, level: policy.level }, deviation }
  }
  const common = {
    subject: cellName(b),
    kind: 'verification' as const,
    unit: 'share',
    demo: [base, next].some(({ model, testSet }) => testSet.demo || model?.demo === true),
  }
  const found = discordanceOf(unpackUint8(a.correct), unpackUint8(b.correct))
  const changes = changesOf(distances, same)
  const accuracyPolicy = resolvePolicy(policy, ACCURACY, a.accuracy)
  const accuracy: Difference = {
    ...common,
    metric: metricName(ACCURACY),
    identity: ACCURACY,
    base: a.accuracy,
    next: b.accuracy,
    difference: b.accuracy - a.accuracy,
    interval: limitsOf((side) => side.accuracy).interval,
    resampled: sharesOf(estimates.base.accuracy, estimates.next.accuracy),
    probability: {
      worse: lossProbability(changes, accuracyPolicy.tolerance * STEADY_THRESHOLDS),
      better: lossProbability(
        changes.map((change) => -change),
        accuracyPolicy.tolerance * STEADY_THRESHOLDS,
      ),
    },
    better: 'higher',
    test: 'exact sign-flip at ten thresholds',
    pairsMoved: found.lost + found.won,
    detail: `${found.lost} pairs lost, ${found.won} won of ${found.pairs.toLocaleString('en')}${mcNemarText(found)}`,
    policy: accuracyPolicy,
  }
  const [one, other] = [estimates.base.roc, estimates.next.roc]
  if (rates === undefined || one === undefined || other === undefined) return [accuracy]
  const fromRoc = (
    identity: MetricIdentity,
    better: 'higher' | 'lower',
    values: readonly [base: number, next: number],
    estimate: (roc: RocEstimates) => Estimate,
    detail: string,
  ): Difference => {
    const resolved = resolvePolicy(policy, identity, values[0])
    const { interval, deviation } = limitsOf((side) => estimate(side === estimates.base ? one : other))
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
      test: 'paired estimates',
      detail,
      policy: resolved,
    }
  }
  return [
    accuracy,
    fromRoc({ family: 'auc', parameters: {} }, 'higher', [a.auc, b.auc], ({ auc }) => auc, ''),
    fromRoc({ family: 'eer', parameters: {} }, 'lower', [a.eer, b.eer], ({ eer }) => eer, ''),
    ...rates.map((far, i) => {
      const [before, after] = [tarAt(a, far), tarAt(b, far)]
      return fromRoc(
        { family: 'tar', parameters: { far } },
        'higher',
        [before.tar, after.tar],
        ({ tar }) => tar[i],
        before.resolved ? '' : 'too few different pairs for this rate',
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

/** The shares of random halves in which the protocol's own accuracy is not worse, not better. */
function sharesOf(base: Estimate, next: Estimate): { notWorse: number; notBetter: number } {
  const [before, after] = [base.halves ?? [], next.halves ?? []]
  let [worse, better] = [0, 0]
  for (let i = 0; i < after.length; i++) {
    if (after[i] < before[i]) worse++
    if (after[i] > before[i]) better++
  }
  return { notWorse: 1 - worse / after.length, notBetter: 1 - better / after.length }
}
