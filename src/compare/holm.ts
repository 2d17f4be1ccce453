/**
 * Holm's correction: p-values that can be held against a level as if there were one test, whatever their dependence
 * (Scandinavian Journal of Statistics 6, 1979, 65-70). The order is kept.
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b])
  const adjusted = new Array<number>(values.length)
  let highest = 0
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, values[index] * (values.length - rank)))
    adjusted[index] = highest
  })
  return adjusted
}
