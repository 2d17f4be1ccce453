import { fairTail } from './binomial.js'

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
