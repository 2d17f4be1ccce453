import { isOf } from '../results/evaluation.js'
import type { Evaluation } from '../results/schema.js'
import type { ComparisonTable } from './comparison-table.js'

/** How an evaluation decided, in a sentence without its full stop. */
function inWords(evaluation: Evaluation): string | undefined {
  if (!isOf(evaluation, 'pairs')) return undefined
  const { folds, flip, fusion, distance, subtractMean } = evaluation.protocol
  const views = !flip
    ? 'the image alone'
    : fusion === 'sum'
      ? "the image's feature plus its mirrored image's"
      : "the image's unit feature plus its mirrored image's"
  const measure = distance === 'angular' ? 'angle' : 'squared Euclidean distance'
  const mean =
    subtractMean === false ? '' : `, the mean of the other folds subtracted (in ${subtractMean}'s order)`
  return `${views}, unit length, ${measure}${mean}; the threshold of each of ${folds} folds is the one that is best on the others`
}

/** The protocols behind a table: one sentence where all were alike, else one each with its rows. */
export function protocolsOf({ rows }: ComparisonTable): string[] {
  const found = new Map<string, Set<string>>()
  for (const { name, evaluations } of rows) {
    for (const placed of evaluations) {
      const words = placed && inWords(placed.evaluation)
      if (words !== undefined) found.set(words, (found.get(words) ?? new Set()).add(name))
    }
  }
  if (found.size < 2) return [...found.keys()].map((words) => `Protocol: ${words}.`)
  return [...found].map(([words, names]) => `Protocol of ${[...names].join(', ')}: ${words}.`)
}
