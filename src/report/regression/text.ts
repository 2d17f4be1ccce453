import type { RunComparison } from '../../compare/compare-runs.js'
import { byUrgency, headline, isIdentical, wordChange, wordMetric } from './wording.js'

/** A part of a comparison for a terminal; changes come first, then the metrics by what is said of them. */
export interface TextSection {
  readonly title: string
  /** lines of words, or cells of numbers whose first is the metric's name */
  readonly rows: readonly TextRow[]
}

export interface TextRow {
  readonly cells: readonly string[]
  readonly note?: string
}

const HEADS = ['', 'base', 'new', 'difference', 'interval', 'p']

/**
 * What could not be compared is no part of it: a command says that apart, for people and scripts alike.
 * @param all also what is the same within noise
 */
export function comparisonText(comparison: RunComparison, all: boolean): TextSection[] {
  const metrics = byUrgency(comparison.metrics)
  const shown = all
    ? metrics
    : metrics.every(isIdentical)
      ? []
      : metrics.filter(({ verdict, policy }) => verdict !== 'same' || policy.gate)
  const lines = shown.map((metric) => ({ ...wordMetric(metric), verdictOf: metric.verdict }))
  const list = (title: string, texts: readonly string[]): TextSection[] =>
    texts.length === 0 ? [] : [{ title, rows: texts.map((text) => ({ cells: [text] })) }]
  return [
    ...list('changed between the runs', comparison.changes.map(wordChange)),
    ...list('only in the new results', comparison.added),
    ...[...new Set(lines.map(({ verdict }) => verdict))].map((verdict) => ({
      title: verdict,
      rows: [
        { cells: HEADS },
        ...lines
          .filter((line) => line.verdict === verdict)
          .map(({ name, base, next, difference, interval, p, detail, verdictOf }) => ({
            cells: [name, base, next, difference, interval, p],
            // What nothing follows from needs no explanation.
            ...(detail !== '' && verdictOf !== 'same' && { note: detail }),
          })),
      ],
    })),
    { title: headline(comparison), rows: [] },
  ]
}
