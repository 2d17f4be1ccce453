import type { RunComparison } from '../../compare/compare-runs.js'
import { byUrgency, headline, wordChange, wordMetric } from './wording.js'

/** A comparison as rows of cells for a terminal, in sections; changes come first. */
export interface TextSection {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
}

const HEADS = ['verdict', 'metric', 'base', 'new', 'difference', 'interval', 'p', '']

/** @param all also what is the same within noise */
export function comparisonText(comparison: RunComparison, all: boolean): TextSection[] {
  const metrics = byUrgency(comparison.metrics)
  const shown = all ? metrics : metrics.filter(({ verdict, policy }) => verdict !== 'same' || policy.gate)
  const list = (title: string, lines: readonly string[]): TextSection[] =>
    lines.length === 0 ? [] : [{ title, rows: lines.map((line) => [`  ${line}`]) }]
  return [
    ...list('changed between the runs', comparison.changes.map(wordChange)),
    ...list(
      'not compared',
      comparison.notCompared.map(({ subject, reason }) => `${subject}: ${reason}`),
    ),
    ...list('only in the new results', comparison.added),
    ...(shown.length === 0
      ? []
      : [
          {
            title: 'metrics',
            rows: [
              HEADS,
              ...shown.map((metric) => {
                const line = wordMetric(metric)
                return [
                  line.verdict,
                  line.name,
                  line.base,
                  line.next,
                  line.difference,
                  line.interval,
                  line.p,
                  line.detail,
                ]
              }),
            ],
          },
        ]),
    { title: headline(comparison), rows: [] },
  ]
}
