import { normalTail } from '../evaluate/normal.js'

/** Above this many additions the normal approximation is used; the distribution then has thousands of steps. */
const EXACT_LIMIT = 3e7

/**
 * P(sum of the drawn >= sum) where each of the magnitudes (whole numbers above 0) is drawn with probability 1/2: the
 * distribution is built magnitude by magnitude. Exact up to 3e7 additions (some 2,000 magnitudes of 10), else normal
 * with a correction for continuity. With magnitudes of 1 it is the binomial's tail.
 */
export function halfDrawnTail(magnitudes: readonly number[], sum: number): number {
  if (sum <= 0) return 1
  const total = magnitudes.reduce((all, magnitude) => all + magnitude, 0)
  if (sum > total) return 0
  if ((magnitudes.length * total) / 2 > EXACT_LIMIT) {
    const squares = magnitudes.reduce((all, magnitude) => all + magnitude * magnitude, 0)
    return normalTail((sum - 0.5 - total / 2) / Math.sqrt(squares / 4))
  }
  const chance = new Float64Array(total + 1)
  chance[0] = 1
  let reached = 0
  for (const magnitude of magnitudes) {
    reached += magnitude
    for (let value = reached; value >= 0; value--) {
      chance[value] = (chance[value] + (value >= magnitude ? chance[value - magnitude] : 0)) / 2
    }
  }
  let tail = 0
  for (let value = total; value >= sum; value--) tail += chance[value]
  return Math.min(1, tail)
}

/**
 * One-sided p-value for "the mean change is below -tolerance". The changes are whole numbers, most of them 0. Without a
 * tolerance it is the exact sign-flip test: by chance each change would as well have had the other sign. Where all
 * changes are -1, 0 or 1 that is McNemar's exact test. With a tolerance it is the larger of that and the score test
 * against the margin, whose variance is the margin's too: z = sum(x + t) / sqrt(sum((x + t)^2)).
 *
 * @param tolerance in the unit of the changes
 */
export function lossProbability(changes: Int16Array, tolerance = 0): number {
  const moved = Array.from(changes).filter((change) => change !== 0)
  const lost = moved.reduce((sum, change) => sum + Math.max(0, -change), 0)
  const exact = halfDrawnTail(moved.map(Math.abs), lost)
  if (tolerance === 0) return exact
  const sum = changes.reduce((all, change) => all + change + tolerance, 0)
  const squares = changes.reduce((all, change) => all + (change + tolerance) ** 2, 0)
  return squares === 0 ? exact : Math.max(exact, normalTail(-sum / Math.sqrt(squares)))
}
