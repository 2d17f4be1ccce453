import { fairTail } from './binomial.js'
import { normalQuantile, normalTail } from './normal.js'

/** Two runs' decisions on the same pairs. */
export interface Discordance {
  readonly pairs: number
  /** right in the base run, wrong in the new one */
  readonly lost: number
  /** wrong in the base run, right in the new one */
  readonly won: number
}

/** Counts the pairs that the two decide differently. @throws RangeError where the lengths differ */
export function discordanceOf(base: Uint8Array, next: Uint8Array): Discordance {
  if (base.length !== next.length) throw new RangeError(`${base.length} pairs against ${next.length}`)
  let lost = 0
  let won = 0
  for (let pair = 0; pair < base.length; pair++) {
    if (base[pair] > next[pair]) lost++
    else if (base[pair] < next[pair]) won++
  }
  return { pairs: base.length, lost, won }
}

/**
 * One-sided p-value for "the share of right decisions fell by more than `tolerance`". Without a tolerance McNemar's
 * exact test: of the discordant pairs at least `lost` are lost by chance, each with probability 1/2. With one, the
 * larger of that and Tango's score test against the margin (Statistics in Medicine 17, 1998, 891-908).
 */
export function lossProbability({ pairs, lost, won }: Discordance, tolerance = 0): number {
  const exact = fairTail(lost + won, lost)
  return tolerance === 0 ? exact : Math.max(exact, normalTail(tangoScore(pairs, lost, won, tolerance)))
}

/** Tango's score statistic for a difference of `margin` between paired shares. */
function tangoScore(n: number, lost: number, won: number, margin: number): number {
  const a = 2 * n
  const b = -lost - won + (2 * n - lost + won) * margin
  const c = -won * margin * (1 - margin)
  const q = (Math.sqrt(b * b - 4 * a * c) - b) / (2 * a)
  return (lost - won - n * margin) / Math.sqrt(n * (2 * q + margin * (1 - margin)))
}

/**
 * Bonett and Price's adjusted interval of the difference of paired shares, new minus base (Journal of Educational and
 * Behavioral Statistics 37, 2012, 479-488). Unlike a bootstrap it has a width where no pair is discordant, so that few
 * pairs are seen to be few.
 */
export function differenceInterval(
  { pairs, lost, won }: Discordance,
  level: number,
): { low: number; high: number } {
  const p = (won + 1) / (pairs + 2)
  const q = (lost + 1) / (pairs + 2)
  const half = normalQuantile((1 + level) / 2) * Math.sqrt((p + q - (p - q) ** 2) / (pairs + 2))
  return { low: Math.max(-1, p - q - half), high: Math.min(1, p - q + half) }
}
