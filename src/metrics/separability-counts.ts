import { InputError } from '../errors.js'
import {
  type FeatureRows,
  fastestKernel,
  type ProductKernel,
  RowIndex,
  type SearchOptions,
  searchOwnPairs,
} from '../products/index.js'
import { ascendingThresholds, nextThreshold } from './thresholds.js'

export interface SeparabilityOptions extends SearchOptions {
  /** cosine similarities, -1 .. 1, from which two identities count as one; the paper's 0.4 by default */
  readonly thresholds?: readonly number[]
  /** distance of the n for which {@link ThresholdCounts.unique} is given; 1,000 by default */
  readonly uniqueStep?: number
  /** what messages call the features: the file */
  readonly where?: string
  /** how products are taken; the faster way on this machine by default. The result is the same */
  readonly kernel?: ProductKernel
}

/** What is left of the identities at one threshold. */
export interface ThresholdCounts {
  readonly threshold: number
  /** identities whose similarity to every other one is below the threshold (the article) */
  readonly separable: number
  /** of the first n identities, those with no earlier one above the threshold (the authors' script) */
  readonly unique: readonly { readonly n: number; readonly count: number }[]
}

/** The authors' 1,000, or the largest of 1, 2, 5, 10, 20 .. that still gives 20 points. */
export function uniqueStepOf(identities: number): number {
  const steps = [1, 10, 100].flatMap((power) => [power, 2 * power, 5 * power])
  return [...steps, 1000].findLast((step) => 20 * step <= identities) ?? 1
}

/** Of the first n identities, those whose highest similarity to an earlier one is not above the threshold. */
export function uniqueCounts(
  earlier: Float64Array,
  threshold: number,
  step: number,
): ThresholdCounts['unique'] {
  const counts: { n: number; count: number }[] = []
  let count = 0
  for (let n = 1; n <= earlier.length; n++) {
    if (n === 1 || earlier[n - 1] <= threshold) count++
    if (n % step === 0 || n === earlier.length) counts.push({ n, count })
  }
  return counts
}

/** @returns how many identities there are @throws InputError with fewer than two */
export function requireSeveral({ matrix }: FeatureRows, where = 'features'): number {
  const { rows } = matrix
  if (rows < 2) {
    throw new InputError(
      `separability compares identities, there ${rows === 1 ? 'is one' : 'are none'}`,
      where,
      'give the features of two or more',
    )
  }
  return rows
}

/**
 * The counts of `separability` and nothing else: what the authors' script gives. The same numbers, in about half the
 * time at 20,000 identities: an identity's nearest neighbour is not looked for, only whether there is one at a threshold.
 *
 * @param features identity features, one a row, not necessarily normalised
 * @throws InputError with fewer than two identities
 */
export async function separabilityCounts(
  features: FeatureRows,
  options: SeparabilityOptions = {},
): Promise<readonly ThresholdCounts[]> {
  const { thresholds = [0.4], uniqueStep = 1000 } = options
  const identities = requireSeveral(features, options.where)
  const ascending = ascendingThresholds(thresholds)
  const index = new RowIndex(options.kernel ?? (await fastestKernel()))
  index.append(features)
  // As far as a threshold depends on them.
  const highest = new Float64Array(identities).fill(Number.NEGATIVE_INFINITY)
  const earlier = new Float64Array(identities).fill(Number.NEGATIVE_INFINITY)
  earlier[0] = Number.POSITIVE_INFINITY
  const needs = new Float64Array(identities).fill(ascending[0])
  const offer = (identity: number, similarity: number) => {
    if (similarity > highest[identity]) highest[identity] = similarity
    const reached = ascending.find((threshold) => highest[identity] < threshold) ?? Number.POSITIVE_INFINITY
    needs[identity] = Math.min(reached, nextThreshold(ascending, earlier[identity]))
  }
  await searchOwnPairs(
    index,
    { rows: needs, columns: needs },
    (i, j, similarity) => {
      if (similarity > earlier[j]) earlier[j] = similarity
      offer(i, similarity)
      offer(j, similarity)
    },
    options,
  )
  return thresholds.map((threshold) => ({
    threshold,
    separable: highest.reduce((count, similarity) => count + (similarity < threshold ? 1 : 0), 0),
    unique: uniqueCounts(earlier, threshold, uniqueStep),
  }))
}
