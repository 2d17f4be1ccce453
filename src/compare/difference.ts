import type { MetricIdentity } from '../results/metric.js'
import type { ResolvedMetricPolicy } from './policy.js'

export type Direction = 'higher' | 'lower' | 'neither'

/** One metric in both runs, before verdicts: what was measured, and what the test says of it alone. */
export interface Difference {
  /** its name: `accuracy`, `tar@far=0.001`, `FID to webface` .. */
  readonly metric: string
  readonly identity: MetricIdentity
  /** of what: `hsface10k on lfw`, a dataset's name */
  readonly subject: string
  readonly kind: 'verification' | 'dataset'
  readonly demo: boolean
  readonly base: number
  readonly next: number
  /** new minus base, in the metric's unit */
  readonly difference: number
  /** of the difference */
  readonly interval?: { readonly low: number; readonly high: number; readonly level: number }
  /** shares of random halves in which the protocol's own number is not worse, not better: a verdict must hold in it, too */
  readonly resampled?: { readonly notWorse: number; readonly notBetter: number }
  /** one-sided p-values for "worse (better) by more than the tolerance", before correction */
  readonly probability?: { readonly worse: number; readonly better: number }
  readonly better: Direction
  /** `share` is of 1 */
  readonly unit?: string
  /** how it was tested: `paired estimates` .. */
  readonly test: string
  /** what a reader wants beside the numbers: `72 pairs lost, 31 won of 6,000` */
  readonly detail: string
  /** pairs that one run decided rightly and the other wrongly, where pairs were decided */
  readonly pairsMoved?: number
  readonly policy: ResolvedMetricPolicy
}

/** The part of the interval that is bad news: how much worse at most, how much better at most. */
export function worstAndBest(
  { low, high }: { low: number; high: number },
  better: Direction,
): {
  worst: number
  best: number
} {
  return better === 'lower' ? { worst: high, best: -low } : { worst: -low, best: high }
}
