import { fairTail } from './binomial.js'
import { normalQuantile } from './normal.js'

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
 * McNemar's exact test, one-sided p-value for "fewer pairs are decided rightly": of the discordant pairs at least `lost`
 * are lost by chance, each with probability 1/2.
 */
export function mcNemarProbability({ lost, won }: Discordance): number {
  return fairTail(lost + won, lost)
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
