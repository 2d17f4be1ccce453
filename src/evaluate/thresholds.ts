/**
 * The grid of thresholds 0, 0.01 .. 3.99 of insightface's protocol: `numpy.arange(0, 4, 0.01)`, whose n-th
 * number is n * 0.01 in float64. Two features are of the same person when distance < threshold.
 */
export const THRESHOLD_COUNT = 400

export function thresholdAt(index: number): number {
  return index * 0.01
}

/** The first threshold of the grid above the distance; {@link THRESHOLD_COUNT} where there is none. */
export function firstThresholdAbove(distance: number): number {
  let index = Math.min(THRESHOLD_COUNT, Math.max(0, Math.floor(distance * 100)))
  while (index > 0 && thresholdAt(index - 1) > distance) index--
  while (index < THRESHOLD_COUNT && !(thresholdAt(index) > distance)) index++
  return index
}

/**
 * Same and different pairs counted by the first threshold that accepts them, fold by fold. All that the choice
 * of a threshold needs, in a size that does not depend on the number of pairs.
 */
export class ThresholdCounts {
  readonly #same: Float64Array
  readonly #different: Float64Array

  constructor(readonly folds: number) {
    this.#same = new Float64Array(folds * (THRESHOLD_COUNT + 1))
    this.#different = new Float64Array(folds * (THRESHOLD_COUNT + 1))
  }

  add(fold: number, firstAccepting: number, same: boolean): void {
    const counts = same ? this.#same : this.#different
    counts[fold * (THRESHOLD_COUNT + 1) + firstAccepting]++
  }

  clear(): void {
    this.#same.fill(0)
    this.#different.fill(0)
  }

  /** Correct decisions at every threshold on the pairs of one fold, written into `correct`. */
  correctIn(fold: number, correct: Float64Array): void {
    const base = fold * (THRESHOLD_COUNT + 1)
    let running = 0
    for (let bin = 0; bin <= THRESHOLD_COUNT; bin++) running += this.#different[base + bin]
    for (let bin = 0; bin < THRESHOLD_COUNT; bin++) {
      running += this.#same[base + bin] - this.#different[base + bin]
      correct[bin] = running
    }
  }
}

/**
 * For each fold the index of the first threshold that decides most of the other folds' pairs rightly, and how many
 * of the fold's own pairs it decides rightly.
 */
export function chooseThresholds(counts: ThresholdCounts): { index: number; correct: number }[] {
  const perFold = Array.from({ length: counts.folds }, (_, fold) => {
    const correct = new Float64Array(THRESHOLD_COUNT)
    counts.correctIn(fold, correct)
    return correct
  })
  const all = new Float64Array(THRESHOLD_COUNT)
  for (const correct of perFold) for (let i = 0; i < THRESHOLD_COUNT; i++) all[i] += correct[i]
  const others = new Float64Array(THRESHOLD_COUNT)
  return perFold.map((correct) => {
    for (let i = 0; i < THRESHOLD_COUNT; i++) others[i] = all[i] - correct[i]
    const index = firstMaximum(others)
    return { index, correct: correct[index] }
  })
}

/** The first index of the largest value (NumPy's argmax). */
function firstMaximum(values: Float64Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}
