import { pairedEstimates } from '../../compare/paired-estimates.js'
import type { Crossed } from '../../evaluate/crossed-mean.js'
import { normalQuantile } from '../../evaluate/normal.js'
import { type Estimate, pairedLimits } from '../../evaluate/uncertainty.js'
import { isOf } from '../../results/evaluation.js'
import type { Merged } from '../merge.js'
import { signed } from '../numbers.js'
import { meanDifference, type PairedDifference } from '../paired-mean.js'
import { isDemo, latestFirst, type Placed } from '../placed.js'

/** One thing measured against another: by how much the first is above, with a 95 % interval. */
export interface Contrast {
  readonly text: string
  readonly low: number
  readonly high: number
  readonly demo: boolean
}

const LEVEL = 0.95
/** Few random halves, since a page has many contrasts: they tell only what the thresholds add. */
const HALVES = 40

interface Paired extends PairedDifference {
  readonly demo: boolean
  /** how many pairs of measurements there were to choose from */
  readonly of: number
}

/** Whether an evaluation is of a model on a test set. */
export function isMeasurement({ evaluation }: Placed, model: string, testSet: string): boolean {
  return evaluation.model === model && evaluation.testSet === testSet
}

/**
 * The same test set measured with both: of several measurements the latest ones on the same file, by the same
 * protocol where there are such.
 */
function findPair(
  merged: Merged,
  a: string,
  b: string,
  testSet: string,
): { readonly pair: readonly [Placed, Placed] | undefined; readonly of: number } {
  const [ones, others] = [a, b].map((model) =>
    merged.evaluations.filter((it) => isMeasurement(it, model, testSet)).toSorted(latestFirst),
  )
  const pairs = ones
    .flatMap((one) => others.map((other) => [one, other] as const))
    .filter(([one, other]) => one.testSet?.fingerprint === other.testSet?.fingerprint)
  const alike = pairs.find(([one, other]) => protocolOf(one) === protocolOf(other))
  return { pair: alike ?? pairs[0], of: pairs.length }
}

function protocolOf({ evaluation: { protocol } }: Placed): string {
  const { seed: _, ...options } = protocol
  return JSON.stringify(options)
}

/** Accuracy of `a` minus that of `b` in points, on the same pairs; undefined where one is missing or the files differ. */
function pairedAccuracies(merged: Merged, a: string, b: string, testSet: string): Paired | undefined {
  const { pair, of } = findPair(merged, a, b, testSet)
  const difference = pair && pairedDifference(pair)
  return difference && { ...difference, of }
}

/** Accuracy of the first minus that of the second in points, with its interval over their common pairs. */
export function pairedDifference(pair: readonly [Placed, Placed]): Omit<Paired, 'of'> | undefined {
  return meanPairedDifference([pair])
}

/** In points, and points squared. */
export interface RepeatedDifference extends Omit<Paired, 'of'>, Crossed {}

/**
 * The mean of what {@link pairedDifference} says of several, all on the same pairs of images, with its interval over those: what
 * one recogniser took for another at a pair by chance, and the others did not, weighs less in the mean.
 */
export function meanPairedDifference(
  repeats: readonly (readonly [Placed, Placed])[],
): RepeatedDifference | undefined {
  const estimates = repeats.map(estimatesOf)
  const found = estimates.filter((entry) => entry !== undefined)
  if (found.length === 0 || found.length < repeats.length) return undefined
  const z = normalQuantile((1 + LEVEL) / 2)
  const [base, next] = [found.map((entry) => entry.base), found.map((entry) => entry.next)]
  const { low, high, deviation } = pairedLimits(meanEstimate(base), meanEstimate(next), found[0].subjects, z)
  const alone = found.map((entry) => pairedLimits(entry.base, entry.next, entry.subjects, z).deviation ** 2)
  const differences = found.map((entry) => 100 * (entry.next.value - entry.base.value))
  return {
    difference: differences.reduce((sum, value) => sum + value, 0) / found.length,
    ...{ low: 100 * low, high: 100 * high, demo: repeats.flat().some(isDemo) },
    differences,
    together: (100 * deviation) ** 2,
    alone: (100 ** 2 * alone.reduce((sum, value) => sum + value, 0)) / found.length,
  }
}

function estimatesOf(pair: readonly [Placed, Placed]) {
  const [one, other] = pair.map(({ evaluation }) => evaluation)
  const { testSet } = pair[0]
  if (!isOf(one, 'pairs') || !isOf(other, 'pairs') || testSet?.kind !== 'pairs') return undefined
  const { base, next, subjects } = pairedEstimates(other, one, testSet, { resamples: HALVES })
  return { base: base.accuracy, next: next.accuracy, subjects }
}

/** The mean of estimates from the same pairs and the same halves of them. */
function meanEstimate(estimates: readonly Estimate[]): Estimate {
  const mean = (of: (estimate: Estimate) => number): number =>
    estimates.reduce((sum, estimate) => sum + of(estimate), 0) / estimates.length
  const [{ influence, halves, pairs }] = estimates
  const known = halves !== undefined && estimates.every((estimate) => estimate.halves !== undefined)
  return {
    value: mean(({ value }) => value),
    influence: influence.map((_, pair) => mean((estimate) => estimate.influence[pair])),
    ...(known && { halves: halves.map((_, half) => mean((estimate) => estimate.halves?.[half] ?? 0)) }),
    pairs,
  }
}

/**
 * Mean accuracy of `a` over the test sets minus that of `b`, in points. The sets' differences are independent, so that
 * their errors add up in squares. Undefined unless both were measured on every set, on the same pairs.
 */
export function accuracyContrast(
  merged: Merged,
  a: string,
  b: string,
  testSets: readonly string[],
): Contrast | undefined {
  const found = testSets.map((set) => pairedAccuracies(merged, a, b, set))
  const there = found.filter((entry) => entry !== undefined)
  if (there.length < testSets.length) return undefined
  const { difference, low, high } = meanDifference(there)
  const where = testSets.length === 1 ? testSets[0] : `the mean of ${testSets.length} test sets`
  const choice = there.some(({ of }) => of > 1) ? '; the latest of several measurements' : ''
  return {
    text: `${a} against ${b} on ${where}: ${signed(difference)} points [${signed(low)}, ${signed(high)}]${choice}`,
    low,
    high,
    demo: there.some(({ demo }) => demo),
  }
}
