import { quantile } from '../arrays/quantile.js'
import { RandomStream } from '../random/philox.js'

/** Something that makes images: a generator, or a pipeline of several steps. */
export interface SpeedCandidate {
  readonly name: string
  /** images that one call makes */
  readonly imagesPerCall: number
  /** makes them once; what it makes is thrown away */
  run(): Promise<void>
}

export interface SpeedOptions {
  /** timed calls of each candidate; 15 */
  readonly repeats?: number
  /** calls before, which do not count; 3 */
  readonly warmUp?: number
  /** decides the order of the candidates in each round, and the resamples of the interval */
  readonly seed: number
  /** the clock, in seconds */
  readonly now?: () => number
  /** told after each round, warm-up included */
  readonly onRound?: (done: number) => void
}

/** Where the median of repeated timings lies, with the confidence `level` at least. */
export interface MedianInterval {
  readonly low: number
  readonly high: number
  /** the confidence that the two order statistics give; below 0.95 where there are fewer than 6 samples */
  readonly level: number
}

export interface SpeedResult {
  readonly name: string
  readonly imagesPerCall: number
  /** seconds of each timed call, in their order */
  readonly samples: readonly number[]
  /** median seconds of an image */
  readonly secondsPerImage: number
  /** median images a second */
  readonly imagesPerSecond: number
  /** the interval of `secondsPerImage` */
  readonly interval: MedianInterval
  /** median absolute deviation of the seconds of an image, times 1.4826: a normal's standard deviation */
  readonly spread: number
  /** interquartile range of the seconds of an image */
  readonly interquartileRange: number
}

/** Median absolute deviation from the median, times 1.4826. */
export function medianAbsoluteDeviation(sorted: ArrayLike<number>): number {
  const median = quantile(sorted, 0.5)
  const deviations = Float64Array.from(sorted, (value) => Math.abs(value - median)).sort()
  return 1.4826 * quantile(deviations, 0.5)
}

/**
 * A confidence interval of the median from order statistics: the k-th smallest and k-th largest, for the largest k
 * whose confidence 1 - 2 P(Binomial(n, 1/2) < k) reaches 0.95. It assumes nothing of the distribution but that the
 * samples are independent.
 */
export function medianInterval(sorted: ArrayLike<number>): MedianInterval {
  const n = sorted.length
  let term = 0.5 ** n
  let below = term
  let k = 1
  let level = 1 - 2 * below
  for (let next = 2; next <= n / 2; next++) {
    term *= (n - next + 2) / (next - 1)
    below += term
    if (1 - 2 * below < 0.95) break
    k = next
    level = 1 - 2 * below
  }
  return { low: sorted[k - 1], high: sorted[n - k], level: Math.max(0, level) }
}

/** Statistics of repeated timings. @param seconds of each call */
export function summariseTimings(
  { name, imagesPerCall }: Pick<SpeedCandidate, 'name' | 'imagesPerCall'>,
  seconds: readonly number[],
): SpeedResult {
  const perImage = Float64Array.from(seconds, (value) => value / imagesPerCall).sort()
  const secondsPerImage = quantile(perImage, 0.5)
  return {
    name,
    imagesPerCall,
    samples: seconds,
    secondsPerImage,
    imagesPerSecond: 1 / secondsPerImage,
    interval: medianInterval(perImage),
    spread: medianAbsoluteDeviation(perImage),
    interquartileRange: quantile(perImage, 0.75) - quantile(perImage, 0.25),
  }
}

/**
 * Times candidates side by side: rounds in which each runs once, in another order every round, so that what else the
 * machine does and how warm it is meet all of them alike. The first rounds warm up and do not count.
 *
 * @example
 * const [ours, theirs] = await measureSpeed([{ name: 'ours', imagesPerCall: 8, run }, other], { seed: 1 })
 * console.log(theirs.secondsPerImage / ours.secondsPerImage)
 */
export async function measureSpeed(
  candidates: readonly SpeedCandidate[],
  options: SpeedOptions,
): Promise<SpeedResult[]> {
  const { repeats = 15, warmUp = 3, seed, onRound = () => {} } = options
  const now = options.now ?? (() => performance.now() / 1000)
  const samples = candidates.map((): number[] => [])
  for (let round = 0; round < warmUp + repeats; round++) {
    for (const index of new RandomStream(seed, 'speed-order', round).permutation(candidates.length)) {
      const start = now()
      await candidates[index].run()
      const seconds = now() - start
      if (round >= warmUp) samples[index].push(seconds)
    }
    onRound(round + 1)
  }
  return candidates.map((candidate, i) => summariseTimings(candidate, samples[i]))
}

/** How many times faster a candidate is than another, with the interval that both medians' intervals allow. */
export function speedRatio(
  candidate: SpeedResult,
  baseline: SpeedResult,
): { readonly ratio: number; readonly low: number; readonly high: number } {
  return {
    ratio: baseline.secondsPerImage / candidate.secondsPerImage,
    low: baseline.interval.low / candidate.interval.high,
    high: baseline.interval.high / candidate.interval.low,
  }
}
