import { InputError } from '../errors.js'

/** Thresholds of cosine similarity, lowest first. @throws InputError where one is no cosine */
export function ascendingThresholds(thresholds: readonly number[]): number[] {
  const wrong = thresholds.find((threshold) => !(threshold >= -1 && threshold <= 1))
  if (wrong !== undefined) {
    throw new InputError(`${wrong} is no cosine similarity`, 'threshold', 'give a number between -1 and 1')
  }
  return thresholds.toSorted((a, b) => a - b)
}

/** The lowest threshold that `similarity` is not above: what is still to be found out; infinity where none is left. */
export function nextThreshold(ascending: readonly number[], similarity: number): number {
  return ascending.find((threshold) => similarity <= threshold) ?? Number.POSITIVE_INFINITY
}

/** How many of the similarities are above the threshold. */
export function countAbove(similarities: Float64Array, threshold: number): number {
  return similarities.reduce((count, similarity) => count + (similarity > threshold ? 1 : 0), 0)
}
