/** A difference with its interval, in points. */
export interface PairedDifference {
  readonly difference: number
  readonly low: number
  readonly high: number
}

/** The mean of independent differences: their errors add up in squares. */
export function meanDifference(of: readonly PairedDifference[]): PairedDifference {
  const mean = (pick: (entry: PairedDifference) => number): number =>
    of.reduce((sum, entry) => sum + pick(entry), 0) / of.length
  const half = Math.hypot(...of.map(({ low, high }) => (high - low) / 2)) / of.length
  const middle = mean(({ low, high }) => (low + high) / 2)
  return { difference: mean(({ difference }) => difference), low: middle - half, high: middle + half }
}
