import type { Limits } from './score-interval.js'

/**
 * Tango's score interval of a difference of two shares on the same pairs (Statistics in Medicine 17, 1998, 891-908), where
 * few of many pairs are decided differently: of `b` pairs won and `c` lost, the differences d that
 * (b - c - d)^2 <= z^2 v(d) does not refuse, v(d) being the number of pairs decided differently that is likeliest where d
 * is true. It has a width where no pair is, and few pairs are seen to be few. The limits are roots of a cubic.
 * @param difference b - c, in pairs
 * @param changed b + c, which need not be whole: the variance in squares of a pair
 */
export function pairedScoreLimits(difference: number, changed: number, z: number): Limits {
  const n = Math.max(changed, Math.abs(difference))
  const square = z * z
  // With t = b - c - d: t^3 - z^2 (n + z^2) t + z^4 (b - c) = 0, three real roots, of which the middle one is none.
  const third = (square * (n + square)) / 3
  const angle = Math.acos(Math.max(-1, Math.min(1, (-square * square * difference) / 2 / third ** 1.5))) / 3
  const root = (turn: number) => 2 * Math.sqrt(third) * Math.cos(angle - (2 * Math.PI * turn) / 3)
  return { low: difference - root(0), high: difference - root(2) }
}
