/** An interval of a share, or of a difference of shares. */
export interface Limits {
  readonly low: number
  readonly high: number
}

/** Limits that hold the true value in `level` of all samplings. */
export interface Interval extends Limits {
  /** 0.95 for 95 % */
  readonly level: number
  /** how many random halves it is told from */
  readonly resamples: number
}

/**
 * Wilson's score interval of a share whose variance is known from elsewhere: of as many independent pairs as would give
 * that variance (a survey's effective sample size). It keeps inside 0 .. 1 and has a width at the border.
 * @param pairs the most that the effective number can be
 * @param z quantile of the level: 1.96 for 95 %
 */
export function shareInterval(share: number, variance: number, pairs: number, z: number): Limits {
  const spread = share * (1 - share)
  const n = variance > 0 && spread > 0 ? Math.min(pairs, spread / variance) : pairs
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt(spread / n + (z * z) / (4 * n * n))
  return {
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  }
}
