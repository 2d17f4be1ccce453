import { metricWords } from '../measures/metric-words.js'
import { metricsOf } from '../results/evaluation.js'
import { namesOf, sameMetric } from '../results/metric.js'
import type { NamedResults } from '../results/runs.js'
import { type Change, changesBetween, machineOf } from './changes.js'
import { datasetDifferences } from './dataset-differences.js'
import type { Difference } from './difference.js'
import { checkPolicyMetrics, DEFAULT_POLICY, type Policy, VERIFICATION_METRICS } from './policy.js'
import { evaluationDifferences, obstacle } from './protocols.js'
import { collectSide, type Side } from './side.js'
import { type Judged, judge } from './verdict.js'

/** Something that the base run has and that could not be compared. */
export interface NotCompared {
  readonly subject: string
  readonly reason: string
}

/** Two sides compared. Plain data: every output is a pure function of it. */
export interface RunComparison {
  readonly outcome: 'fine' | 'regression' | 'could not compare'
  readonly base: readonly string[]
  readonly next: readonly string[]
  readonly alpha: number
  readonly level: number
  readonly demo: boolean
  readonly changes: readonly Change[]
  readonly notCompared: readonly NotCompared[]
  /** what only the new runs have */
  readonly added: readonly string[]
  readonly metrics: readonly Judged[]
}

/** What a process exits with. */
export const EXIT_CODES = { fine: 0, regression: 1, 'could not compare': 2 } as const

/**
 * Compares runs. Costs the random halves for each recogniser and test set.
 * @param policyPath names the policy in messages
 * @throws InputError where a side contradicts itself, or the policy names an unknown metric
 */
export function compareRuns(
  baseRuns: readonly NamedResults[],
  newRuns: readonly NamedResults[],
  options: { readonly policy?: Policy; readonly policyPath?: string; readonly roc?: boolean } = {},
): RunComparison {
  const policy = options.policy ?? DEFAULT_POLICY
  const base = collectSide(baseRuns)
  const next = collectSide(newRuns)
  checkPolicyMetrics(policy, metricNames(base, next), options.policyPath ?? 'policy')
  const notCompared: NotCompared[] = []
  const differences = [
    ...compareCells(base, next, policy, options.roc ?? true, notCompared),
    ...compareDatasets(base, next, policy, notCompared),
  ]
  const metrics = judge(differences, policy.alpha)
  const blocked = metrics.length === 0 || (policy.requireAll && notCompared.length > 0)
  return {
    outcome: metrics.some(({ regression }) => regression)
      ? 'regression'
      : blocked
        ? 'could not compare'
        : 'fine',
    base: baseRuns.map(({ path }) => path),
    next: newRuns.map(({ path }) => path),
    alpha: policy.alpha,
    level: policy.level,
    demo: metrics.some(({ demo }) => demo),
    changes: changesBetween(base, next),
    notCompared,
    added: [
      ...[...next.cells.keys()].filter((name) => !base.cells.has(name)),
      ...[...next.datasets.keys()].filter((id) => !base.datasets.has(id)),
    ],
    metrics,
  }
}

function metricNames(...sides: readonly Side[]): Set<string> {
  const names = new Set(VERIFICATION_METRICS)
  for (const { cells, datasets } of sides) {
    const measured = [
      ...[...cells.values()].flatMap(({ evaluation }) => metricsOf(evaluation)),
      ...[...datasets.values()].flatMap(({ dataset }) => dataset.metrics),
    ]
    for (const name of measured.flatMap(namesOf)) names.add(name)
  }
  return names
}

function compareCells(
  base: Side,
  next: Side,
  policy: Policy,
  roc: boolean,
  notCompared: NotCompared[],
): Difference[] {
  return [...base.cells].flatMap(([name, cell]) => {
    const other = next.cells.get(name)
    const reason = other === undefined ? 'the new results lack it' : obstacle(cell, other)
    if (other === undefined || reason !== undefined) {
      notCompared.push({ subject: name, reason: reason ?? '' })
      return []
    }
    return evaluationDifferences(cell, other, policy, roc)
  })
}

function compareDatasets(base: Side, next: Side, policy: Policy, notCompared: NotCompared[]): Difference[] {
  return [...base.datasets].flatMap(([id, entry]) => {
    const other = next.datasets.get(id)
    if (other === undefined) {
      notCompared.push({ subject: id, reason: 'the new results lack it' })
      return []
    }
    for (const metric of entry.dataset.metrics) {
      if (!other.dataset.metrics.some((one) => sameMetric(one, metric)))
        notCompared.push({ subject: metricWords(metric, id), reason: 'the new results lack it' })
    }
    const sameMachine = machineOf(entry.run) === machineOf(other.run)
    return datasetDifferences(entry.dataset, other.dataset, policy, sameMachine)
  })
}
