import { firstThresholdAbove, THRESHOLD_COUNT, ThresholdCounts, thresholdAt } from '../evaluate/thresholds.js'

/** How many thresholds decide each pair. */
export const STEADY_THRESHOLDS = 10

/** They lie this many standard deviations of all distances to either side of the best place. */
const HALF_WIDTH = 0.05

/**
 * How many of ten thresholds around the best place decide each pair rightly, 0 .. 10: decisions that two runs can be
 * compared by. The protocol's own can't, or not well: its thresholds are the best of 400 on noisy counts, they wobble by
 * chance, and a wobble flips many pairs together, which a test on pairs does not know. At 6,000 pairs and 95 % accuracy it
 * makes the difference of two runs vary 1.23 times as much as their discordant pairs say. Two remedies:
 *
 * - The best place is the middle of all thresholds whose accuracy is within two standard errors of the best. It varies
 *   far less than the best one.
 * - Ten thresholds instead of one, a tenth of the distances' standard deviation wide. A pair that moves a little near
 *   the border then counts a little, not whole.
 *
 * Both follow the distances' own scale, so that two networks with other scales are treated alike.
 */
export function steadyDecisions(distances: Float32Array, same: Uint8Array): Uint8Array {
  const thresholds = steadyThresholds(distances, same)
  return Uint8Array.from(distances, (distance, pair) => {
    let accepted = 0
    for (const threshold of thresholds) if (distance < threshold) accepted++
    return same[pair] === 1 ? accepted : STEADY_THRESHOLDS - accepted
  })
}

/** The thresholds of {@link steadyDecisions}, ascending: the middles of ten equal parts. */
export function steadyThresholds(distances: Float32Array, same: Uint8Array): number[] {
  const centre = bestPlace(distances, same)
  const half = HALF_WIDTH * deviation(distances)
  return Array.from(
    { length: STEADY_THRESHOLDS },
    (_, i) => centre + half * ((2 * i + 1) / STEADY_THRESHOLDS - 1),
  )
}

function bestPlace(distances: Float32Array, same: Uint8Array): number {
  const counts = new ThresholdCounts(1)
  distances.forEach((distance, pair) => {
    counts.add(0, firstThresholdAbove(distance), same[pair] === 1)
  })
  const correct = new Float64Array(THRESHOLD_COUNT)
  counts.correctIn(0, correct)
  const best = correct.reduce((a, b) => Math.max(a, b))
  // of a count of errors; one error at least, since none found does not mean that none is possible
  const error = Math.sqrt(Math.max(1, best * (1 - best / distances.length)))
  const good = [...correct.keys()].filter((index) => correct[index] >= best - 2 * error)
  const middle = (good.length - 1) / 2
  return (thresholdAt(good[Math.floor(middle)]) + thresholdAt(good[Math.ceil(middle)])) / 2
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
