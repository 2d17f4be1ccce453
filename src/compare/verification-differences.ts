import { percentileInterval } from '../evaluate/bootstrap.js'
import type { Folds } from '../evaluate/folds.js'
import { unpackFloat32, unpackUint8, unpackUint16 } from '../results/packing.js'
import type { Verification } from '../results/schema.js'
import type { Difference } from './difference.js'
import { differenceInterval, discordanceOf, lossProbability } from './mcnemar.js'
import { normalTail } from './normal.js'
import { pairedBootstrap } from './paired-bootstrap.js'
import { type Policy, resolvePolicy } from './policy.js'
import { type Cell, cellName } from './side.js'

/** The accuracy of one recogniser on one test set in both runs, and its ROC's numbers. Both have the same pairs. */
export function verificationDifferences(base: Cell, next: Cell, policy: Policy, roc = true): Difference[] {
  const a = base.verification
  const b = next.verification
  const of = unpackUint16(a.foldOf)
  const folds: Folds = { of, count: a.folds.length }
  const same = unpackUint8(base.testSet.labels)
  const rates = roc ? commonRates(a, b) : undefined
  const resampled = pairedBootstrap(
    { base: unpackFloat32(a.distances), next: unpackFloat32(b.distances) },
    same,
    folds,
    { seed: a.protocol.seed, resamples: policy.resamples, ...(rates && { rates }) },
  )
  const common = {
    subject: cellName(b),
    kind: 'verification' as const,
    demo: [base, next].some(({ model, testSet }) => testSet.demo || model?.demo === true),
  }
  const found = discordanceOf(unpackUint8(a.correct), unpackUint8(b.correct))
  const accuracyPolicy = resolvePolicy(policy, 'accuracy', a.accuracy)
  const accuracy: Difference = {
    ...common,
    metric: 'accuracy',
    base: a.accuracy,
    next: b.accuracy,
    difference: b.accuracy - a.accuracy,
    interval: differenceOf(resampled.base.accuracy, resampled.next.accuracy, policy.level).interval,
    guard: differenceInterval(found, policy.level),
    probability: {
      worse: lossProbability(found, accuracyPolicy.tolerance),
      better: lossProbability({ ...found, lost: found.won, won: found.lost }, accuracyPolicy.tolerance),
    },
    better: 'higher',
    test: 'exact McNemar',
    detail: `${found.lost} pairs lost, ${found.won} won of ${found.pairs.toLocaleString('en')}`,
    policy: accuracyPolicy,
  }
  if (rates === undefined) return [accuracy]
  const fromRoc = (
    metric: string,
    better: 'higher' | 'lower',
    values: readonly [base: number, next: number],
    samples: readonly [base: Float64Array, next: Float64Array],
    detail: string,
  ): Difference => {
    const resolved = resolvePolicy(policy, metric, values[0])
    const { interval, deviation } = differenceOf(samples[0], samples[1], policy.level)
    const difference = values[1] - values[0]
    const gain = better === 'lower' ? -difference : difference
    return {
      ...common,
      metric,
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
    fromRoc('auc', 'higher', [a.auc, b.auc], [resampled.base.auc, resampled.next.auc], ''),
    fromRoc('eer', 'lower', [a.eer, b.eer], [resampled.base.eer, resampled.next.eer], ''),
    ...rates.map((far, i) => {
      const [one, other] = [tarAt(a, far), tarAt(b, far)]
      return fromRoc(
        `tar@far=${far}`,
        'higher',
        [one.tar, other.tar],
        [resampled.base.tar[i], resampled.next.tar[i]],
        one.resolved ? '' : 'too few different pairs for this rate',
      )
    }),
  ]
}

function tarAt(verification: Verification, far: number): Verification['tarAtFar'][number] {
  return verification.tarAtFar.find((entry) => entry.far === far) ?? { far, tar: 0, resolved: false }
}

/** False accept rates that both runs tell. */
function commonRates(a: Verification, b: Verification): number[] {
  return a.tarAtFar
    .filter(({ far, resolved }) => resolved && b.tarAtFar.some((entry) => entry.far === far))
    .map(({ far }) => far)
}

function differenceOf(base: Float64Array, next: Float64Array, level: number) {
  const differences = Float64Array.from(next, (value, i) => value - base[i])
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const { low, high } = percentileInterval(differences, level)
  return { interval: { low, high, level }, deviation: Math.sqrt(squares / (differences.length - 1)) }
}
