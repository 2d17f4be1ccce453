import type { Influence } from './influence.js'
import { clusteredVariance, independentVariance, type PairSubjects } from './pair-subjects.js'
import { pairedScoreLimits } from './paired-score-interval.js'
import { type Limits, shareInterval } from './score-interval.js'

/** An estimate and what its uncertainty is told from. */
export interface Estimate {
  /** a share, 0 .. 1 */
  readonly value: number
  readonly influence: Influence
  /** the estimate on random halves of the pairs, where its influence does not say all: a threshold is chosen */
  readonly halves?: Float64Array
  /** the most independent pairs that the estimate can be worth */
  readonly pairs: number
}

/**
 * How much more the choice of a threshold varies an estimate in halves than in the whole. A best threshold lies n^(-1/3)
 * from the true one (Kim and Pollard, "Cube root asymptotics", Annals of Statistics 1990), so what that costs has a
 * variance of n^(-4/3): a half has 2^(1/3) times more of it than its size says, and as much again because the whole
 * sample's own choice is in it.
 */
const HALF_WOBBLE = 2 ** (4 / 3)

/** The variance of the pairs, clustered by subject where they are known, and that of the threshold's choice. */
function variancesOf(
  { influence, halves }: Pick<Estimate, 'influence' | 'halves'>,
  subjects: PairSubjects | undefined,
): { ofPairs: number; ofChoice: number } {
  const ofPairs = clusteredVariance(influence, subjects)
  if (halves === undefined) return { ofPairs, ofChoice: 0 }
  const more = Math.max(0, sampleVariance(halves) - independentVariance(influence))
  return { ofPairs, ofChoice: more / HALF_WOBBLE }
}

/**
 * Wilson's interval of one estimate. A chosen threshold costs a normal error squared, whose mean is the root of half its
 * variance: the upper limit allows for it, so that the accuracy at the best threshold lies inside as well as what the
 * protocol gives on average.
 */
export function estimateLimits(estimate: Estimate, subjects: PairSubjects | undefined, z: number): Limits {
  const { ofPairs, ofChoice } = variancesOf(estimate, subjects)
  const at = (value: number) => shareInterval(value, ofPairs + ofChoice, estimate.pairs, z)
  const best = Math.min(1, estimate.value + Math.sqrt(ofChoice / 2))
  return { low: at(estimate.value).low, high: at(best).high }
}

/**
 * The interval of `next - base` on the same pairs, and the difference's standard deviation: {@link pairedScoreLimits}, in
 * pairs of the weight that those which carry the variance have, which is that of one pair at least.
 */
export function pairedLimits(
  base: Estimate,
  next: Estimate,
  subjects: PairSubjects | undefined,
  z: number,
): Limits & { readonly deviation: number } {
  const influence = next.influence.map((value, pair) => value - base.influence[pair])
  const halves = next.halves?.map((value, i) => value - (base.halves?.[i] ?? 0))
  const { ofPairs, ofChoice } = variancesOf({ influence, ...(halves && { halves }) }, subjects)
  const variance = ofPairs + ofChoice
  const weight = Math.max(pairWeight(influence), 1 / next.pairs)
  const { low, high } = pairedScoreLimits((next.value - base.value) / weight, variance / weight ** 2, z)
  return {
    low: Math.max(-1, low * weight),
    high: Math.min(1, high * weight),
    deviation: Math.sqrt(variance),
  }
}

/** The weight of the pairs that carry the variance; 0 where there is none. */
function pairWeight(influence: Influence): number {
  const fourths = influence.reduce((sum, value) => sum + value ** 4, 0)
  return fourths === 0 ? 0 : Math.sqrt(fourths / independentVariance(influence))
}

export function sampleVariance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
