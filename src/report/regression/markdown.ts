import type { RunComparison } from '../../compare/compare-runs.js'
import type { Judged } from '../../compare/verdict.js'
import { escapeMarkdown } from '../markdown.js'
import { byUrgency, headline, method, wordChange, wordMetric } from './wording.js'

function table(metrics: readonly Judged[]): string {
  return [
    '| verdict | metric | base | new | difference | interval | p | |',
    '| --- | --- | ---: | ---: | ---: | --- | ---: | --- |',
    ...metrics.map((metric) => {
      const line = wordMetric(metric)
      const verdict = metric.regression ? `**${line.verdict}**` : line.verdict
      const rest = [line.base, line.next, line.difference, line.interval, line.p, line.detail]
      return `| ${verdict} | ${[line.name, ...rest].map(escapeMarkdown).join(' | ')} |`
    }),
  ].join('\n')
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [`**${title}**`, '', ...lines.map((line) => `- ${escapeMarkdown(line)}`)].join('\n')
}

/** A comparison for a pull request or a step summary: what changed, what got worse, the rest folded away. */
export function comparisonMarkdown(comparison: RunComparison): string {
  const metrics = byUrgency(comparison.metrics)
  const quiet = metrics.filter(({ verdict }) => verdict === 'same' || verdict === 'not judged')
  const loud = metrics.filter((metric) => !quiet.includes(metric))
  return `${[
    `## ${headline(comparison)}`,
    comparison.demo ? '> **Demo:** metrics marked so were measured on rendered faces.' : '',
    list('Changed between the runs', comparison.changes.map(wordChange)),
    list(
      'Not compared',
      comparison.notCompared.map(({ subject, reason }) => `${subject}: ${reason}`),
    ),
    list('Only in the new results', comparison.added),
    loud.length === 0 ? '' : table(loud),
    quiet.length === 0
      ? ''
      : `<details><summary>${quiet.length} metrics without a difference to tell</summary>\n\n${table(quiet)}\n\n</details>`,
    method(comparison),
  ]
    .filter((section) => section !== '')
    .join('\n\n')}\n`
}
