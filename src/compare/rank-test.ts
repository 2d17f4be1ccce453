import { normalQuantile, normalTail } from '../evaluate/normal.js'

/** Above this product of the two sizes, or with repeated values, the normal approximation is used. */
const EXACT_LIMIT = 2500

/** How often a value of `a` is above one of `b`; a tie counts half (the Mann-Whitney U of `a`). */
function wins(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) count += a[i] > b[j] ? 1 : a[i] === b[j] ? 0.5 : 0
  }
  return count
}

/** How many orders of m and n values give each U: the coefficients of the Gaussian binomial, in whole numbers. */
function orderCounts(m: number, n: number): bigint[] {
  const counts = new Array<bigint>(m * n + 1).fill(0n)
  counts[0] = 1n
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u] -= counts[u - n - i]
    for (let u = i; u <= m * n; u++) counts[u] += counts[u - i]
  }
  return counts
}

/** Binary digits of a share of two whole numbers: more than float64 holds of the smallest one. */
const SHARE_DIGITS = 256n

/** The share of orders whose U is at least `u`. They are up to 1e29: float64 would lose the small tail by cancellation. */
function tailShare(m: number, n: number, u: number): number {
  let total = 0n
  let tail = 0n
  orderCounts(m, n).forEach((count, at) => {
    total += count
    if (at >= u) tail += count
  })
  return Number((tail << SHARE_DIGITS) / total) / 2 ** Number(SHARE_DIGITS)
}

/**
 * One-sided p-value of the Mann-Whitney test that values of `a` tend to be above those of `b`. Exact without ties up to
 * 50 x 50 values, else the normal approximation with corrections for ties and continuity.
 */
export function aboveProbability(a: readonly number[], b: readonly number[]): number {
  const u = wins(a, b)
  const [m, n] = [a.length, b.length]
  const all = [...a, ...b]
  const groups = new Map<number, number>()
  for (const value of all) groups.set(value, (groups.get(value) ?? 0) + 1)
  if (groups.size === all.length && m * n <= EXACT_LIMIT) {
    return tailShare(m, n, u)
  }
  let ties = 0
  for (const size of groups.values()) ties += size ** 3 - size
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
  return variance === 0 ? 1 : normalTail((u - (m * n) / 2 - 0.5) / Math.sqrt(variance))
}

/**
 * Hodges and Lehmann's interval of the shift from `base` to `next`, from the ordered differences of all pairs, with the
 * normal approximation of the rank.
 */
export function shiftInterval(
  base: readonly number[],
  next: readonly number[],
  level: number,
): { low: number; high: number } {
  const differences = Float64Array.from(next.flatMap((y) => base.map((x) => y - x))).sort()
  const [m, n] = [base.length, next.length]
  const half = normalQuantile((1 + level) / 2) * Math.sqrt((m * n * (m + n + 1)) / 12)
  const rank = Math.max(0, Math.floor((m * n) / 2 - half))
  return { low: differences[rank], high: differences[differences.length - 1 - rank] }
}
