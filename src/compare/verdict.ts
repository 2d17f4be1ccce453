import { type Difference, worstAndBest } from './difference.js'
import { holm } from './holm.js'

/**
 * `worse` and `better` are beyond the tolerance and beyond chance, with all metrics corrected for; `same` is within noise,
 * and the noise is smaller than what matters; `unclear` is too little data to say; `not judged` has no good direction.
 */
export type Verdict = 'worse' | 'better' | 'same' | 'unclear' | 'not judged'

export interface Judged extends Difference {
  readonly verdict: Verdict
  /** Holm's p-value of the side that the difference points to */
  readonly adjusted?: number
  /** a verdict `worse` of a metric that gates */
  readonly regression: boolean
}

/**
 * Judges all differences together. Gating and watched metrics are separate families, so that watching more does not
 * make a regression harder to see; in each, losses are corrected among losses and gains among gains.
 */
export function judge(differences: readonly Difference[], alpha: number): Judged[] {
  const adjusted = new Map<Difference, { worse: number; better: number }>()
  for (const gate of [true, false]) {
    const family = differences.filter((it) => it.probability !== undefined && it.policy.gate === gate)
    const worse = holm(family.map(({ probability }) => probability?.worse ?? 1))
    const better = holm(family.map(({ probability }) => probability?.better ?? 1))
    family.forEach((it, i) => {
      adjusted.set(it, { worse: worse[i], better: better[i] })
    })
  }
  return differences.map((it) => {
    const p = adjusted.get(it)
    const verdict = verdictOf(it, p, alpha)
    const worse = it.better === 'lower' ? it.difference > 0 : it.difference < 0
    return {
      ...it,
      verdict,
      ...(p !== undefined && { adjusted: worse ? p.worse : p.better }),
      regression: verdict === 'worse' && it.policy.gate,
    }
  })
}

function verdictOf(it: Difference, p: { worse: number; better: number } | undefined, alpha: number): Verdict {
  if (it.better === 'neither') return 'not judged'
  const gain = it.better === 'lower' ? -it.difference : it.difference
  if (p === undefined) return withoutError(it, gain)
  const { worst, best } = it.interval ? worstAndBest(it.interval, it.better) : { worst: -gain, best: gain }
  if (p.worse <= alpha && -gain > it.policy.tolerance && agrees(it, best, it.resampled?.notWorse))
    return 'worse'
  if (p.better <= alpha && gain > it.policy.tolerance && agrees(it, worst, it.resampled?.notBetter))
    return 'better'
  return Math.max(worst, best) <= Math.max(it.policy.matters, it.policy.tolerance) ? 'same' : 'unclear'
}

/**
 * Whether the metric itself points where its test points. An accuracy's p-value is of steadier decisions than the
 * protocol's, so nearly all resamples of the protocol (95 % at the default level) must show the change as well; anything
 * else must have an interval that leaves out 0.
 */
function agrees(it: Difference, farEnd: number, contrary: number | undefined): boolean {
  if (contrary === undefined || it.interval === undefined) return farEnd < 0
  return contrary <= 1 - it.interval.level
}

/** A metric without a known sampling error: equal is the same; else only a tolerance that the user wrote can decide. */
function withoutError(it: Difference, gain: number): Verdict {
  if (gain === 0) return 'same'
  if (!it.policy.explicit) return 'unclear'
  if (Math.abs(gain) <= it.policy.tolerance) return 'same'
  return gain < 0 ? 'worse' : 'better'
}
