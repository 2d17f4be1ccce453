import { normalQuantile } from './normal.js'
import type { Roc } from './roc.js'

/** The chord reaches from half of the odds of the rate to twice them. */
const REACH = 2

/**
 * The slope of a curve at a false accept rate; 0 at its ends. Seen in normal deviates curves are nearly straight
 * (Swets, "Form of empirical ROCs in discrimination and diagnostic tasks", Psychological Bulletin 1986), so a chord
 * there is long enough to be steady where few pairs lie, and true where the curve itself bends.
 * @param same the pairs' labels: a rate of none, or of all, is taken for half a pair
 */
export function curveSlope(roc: Roc, same: Uint8Array, far: number): number {
  if (!(far > 0 && far < 1)) return 0
  const positives = same.reduce((sum, label) => sum + label, 0)
  const negatives = same.length - positives
  const odds = far / (1 - far)
  const [low, at, high] = [1 / REACH, 1, REACH].map((times) =>
    pointAt(roc, (odds * times) / (1 + odds * times)),
  )
  const x = (point: Point) => normalQuantile(inside(point.far, negatives))
  const y = (point: Point) => normalQuantile(inside(point.tar, positives))
  const width = x(high) - x(low)
  if (!(width > 0)) return 0
  const steepness = (y(high) - y(low)) / width
  return steepness * Math.exp((x(at) ** 2 - y(at) ** 2) / 2)
}

interface Point {
  readonly far: number
  readonly tar: number
}

/** The curve's last point up to a false accept rate. */
function pointAt({ far, tar }: Roc, most: number): Point {
  let last = 0
  for (let i = 0; i < far.length && far[i] <= most; i++) last = i
  return { far: far[last], tar: tar[last] }
}

function inside(share: number, pairs: number): number {
  return Math.min(1 - 0.5 / pairs, Math.max(0.5 / pairs, share))
}
