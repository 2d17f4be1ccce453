/** The fold of every pair, 0-based, and how many folds there are. */
export interface Folds {
  readonly of: Uint16Array
  readonly count: number
}

/**
 * Consecutive unshuffled folds as scikit-learn's `KFold`: the first `pairs mod count` folds are one longer.
 * @throws RangeError unless 2 <= count <= pairs
 */
export function consecutiveFolds(pairs: number, count: number): Folds {
  if (!(count >= 2 && count <= pairs)) {
    throw new RangeError(`${pairs} pairs can't be cut into ${count} folds`)
  }
  const of = new Uint16Array(pairs)
  const size = Math.floor(pairs / count)
  const longer = pairs % count
  let start = 0
  for (let fold = 0; fold < count; fold++) {
    const end = start + size + (fold < longer ? 1 : 0)
    of.fill(fold, start, end)
    start = end
  }
  return { of, count }
}

/** Folds that the data give; numbers that no pair has are left out, the order is kept. */
export function givenFolds(labels: ArrayLike<number>): Folds {
  const names = [...new Set(Array.from(labels))].sort((a, b) => a - b)
  const rank = new Map(names.map((name, index) => [name, index]))
  return { of: Uint16Array.from(labels, (label) => rank.get(label) ?? 0), count: names.length }
}
