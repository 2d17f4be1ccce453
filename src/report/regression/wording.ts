import type { RunComparison } from '../../compare/compare-runs.js'
import type { Judged, Verdict } from '../../compare/verdict.js'
import { metricWords } from '../../measures/metric-words.js'
import { showNumber, signed } from '../numbers.js'

/** What a verdict is called in every output. */
export const VERDICTS: Record<Verdict, string> = {
  worse: 'worse',
  better: 'better',
  same: 'same within noise',
  unclear: 'too little data to say',
  'not judged': 'not judged',
}

/** The same of a metric in which nothing differs: there is no noise to speak of. */
const IDENTICAL: Partial<Record<Verdict, string>> = {
  same: 'same',
  unclear: 'same here, too little data to say more',
}

/** Whether both runs have the same number, and decided every pair alike. */
export function isIdentical({ base, next, pairsMoved = 0 }: Judged): boolean {
  return base === next && pairsMoved === 0
}

/** A metric of a comparison in words, the same in a terminal, in Markdown and in XML. */
export interface MetricLine {
  readonly verdict: string
  readonly name: string
  readonly base: string
  readonly next: string
  readonly difference: string
  readonly interval: string
  readonly p: string
  readonly detail: string
}

/** Accuracies are shown in percent and their differences in points; others in their unit. */
export function wordMetric(metric: Judged): MetricLine {
  const share = metric.unit === 'share'
  const value = (x: number): string => (share ? (x * 100).toFixed(2) : showNumber(x))
  const change = (x: number): string =>
    share ? signed(x * 100) : `${x < 0 ? '−' : x > 0 ? '+' : ''}${showNumber(Math.abs(x))}`
  const { interval, adjusted, unit } = metric
  return {
    verdict: `${isIdentical(metric) ? (IDENTICAL[metric.verdict] ?? VERDICTS[metric.verdict]) : VERDICTS[metric.verdict]}${metric.verdict === 'worse' && !metric.regression ? ' (watched)' : ''}`,
    name: `${metricWords(metric.identity, metric.subject)}${metric.demo ? ' (demo)' : ''}`,
    base: value(metric.base),
    next: `${value(metric.next)}${unit === undefined || share ? '' : ` ${unit}`}`,
    difference: change(metric.difference),
    interval: interval === undefined ? '' : `${change(interval.low)} .. ${change(interval.high)}`,
    p: adjusted === undefined ? '' : wordProbability(adjusted),
    detail: metric.detail,
  }
}

function wordProbability(p: number): string {
  if (p < 1e-99) return '<1e-99'
  return p < 0.001 ? p.toExponential(0) : p.toFixed(3)
}

const ORDER: readonly Verdict[] = ['worse', 'better', 'unclear', 'same', 'not judged']

/** What needs a reader first. */
export function byUrgency(metrics: readonly Judged[]): Judged[] {
  const rank = (metric: Judged): number => (metric.regression ? -1 : ORDER.indexOf(metric.verdict))
  return metrics.toSorted((a, b) => rank(a) - rank(b))
}

/** `2 of 63 metrics are worse` */
export function headline(comparison: RunComparison): string {
  const { metrics, notCompared } = comparison
  const count = (verdict: Verdict): number => metrics.filter((metric) => metric.verdict === verdict).length
  const regressions = metrics.filter(({ regression }) => regression).length
  const left = notCompared.length === 0 ? '' : `; ${notCompared.length} could not be compared`
  if (metrics.length === 0) return `Nothing could be compared${left}.`
  if (metrics.every(isIdentical)) return `The same: nothing differs in ${metrics.length} metrics${left}.`
  const counts = ORDER.map((verdict) => [count(verdict), VERDICTS[verdict]] as const)
    .filter(([n]) => n > 0)
    .map(([n, name]) => `${n} ${name}`)
    .join(', ')
  const verdict =
    regressions > 0
      ? `Regression in ${regressions} of ${metrics.length} metrics`
      : comparison.outcome === 'fine'
        ? 'No regression'
        : 'Not everything could be compared; no regression in the rest'
  return `${verdict} (${counts}${left}).`
}

/** How the verdicts were reached, in one sentence. */
export function method({ alpha, level }: RunComparison): string {
  return `Differences are new minus base with ${level * 100} % intervals; accuracies are compared pair by pair (exact sign-flip test at ten thresholds, random halves); p-values are Holm's over all gating metrics; held against ${alpha}.`
}

/** `model hsface10k: 0f3a.. -> 99b1..` */
export function wordChange({ what, subject, detail }: RunComparison['changes'][number]): string {
  return `${what}${subject === '' ? '' : ` ${subject}`}: ${detail}`
}
