/** How a number measured on every image varies over all images and within identities. */
export interface Grouped {
  /** mean and population standard deviation over all images */
  readonly mean: number
  readonly deviation: number
  /** mean over identities of the deviation within one: how much its images differ */
  readonly withinDeviation: number
  /** deviation of the identities' means: how much identities differ */
  readonly betweenDeviation: number
  /** of every identity: number of images, mean, population standard deviation */
  readonly counts: Uint32Array
  readonly means: Float64Array
  readonly deviations: Float64Array
}

/** Mean and population standard deviation. */
function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / values.length) }
}

/** Moments of numbers that belong to groups 0 .. groups - 1, by Welford's update, in float64. */
export class GroupedMoments {
  readonly #counts: Uint32Array
  readonly #means: Float64Array
  /** sums of squared distances from the mean */
  readonly #squares: Float64Array

  constructor(groups: number) {
    this.#counts = new Uint32Array(groups)
    this.#means = new Float64Array(groups)
    this.#squares = new Float64Array(groups)
  }

  add(group: number, value: number): void {
    const count = ++this.#counts[group]
    const distance = value - this.#means[group]
    this.#means[group] += distance / count
    this.#squares[group] += distance * (value - this.#means[group])
  }

  /** @param empty is told the first group without a number, and must throw */
  summary(empty: (group: number) => never): Grouped {
    const counts = this.#counts.slice()
    const means = this.#means.slice()
    const missing = counts.indexOf(0)
    if (missing !== -1) empty(missing)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const mean = means.reduce((sum, value, group) => sum + value * counts[group], 0) / total
    const squares = this.#squares.reduce(
      (sum, value, group) => sum + value + counts[group] * (means[group] - mean) ** 2,
      0,
    )
    const deviations = this.#squares.map((value, group) => Math.sqrt(value / counts[group]))
    return {
      mean,
      deviation: Math.sqrt(squares / total),
      withinDeviation: momentsOf(deviations).mean,
      betweenDeviation: momentsOf(means).deviation,
      counts,
      means,
      deviations,
    }
  }
}
