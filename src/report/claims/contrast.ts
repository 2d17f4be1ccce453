import { standardErrorOf } from '../../compare/dataset-differences.js'
import { differenceInterval, discordanceOf } from '../../compare/mcnemar.js'
import { unpackUint8 } from '../../results/packing.js'
import type { DatasetResult, Metric } from '../../results/schema.js'
import { signed } from '../comparison-table.js'
import { findMeasured, type Merged } from '../merge.js'
import { showNumber } from '../page/dataset-section.js'

/** One thing measured against another: by how much the first is above, with a 95 % interval. */
export interface Contrast {
  readonly text: string
  readonly low: number
  readonly high: number
  readonly demo: boolean
}

const LEVEL = 0.95
const Z = 1.959963984540054

interface Paired {
  readonly difference: number
  readonly low: number
  readonly high: number
  readonly demo: boolean
}

/** Accuracy of `a` minus that of `b` in points, on the same pairs; undefined where one is missing or the files differ. */
function pairedAccuracies(merged: Merged, a: string, b: string, testSet: string): Paired | undefined {
  const [one, other] = [a, b].map((model) => findMeasured(merged.runs, model, testSet))
  if (one === undefined || other === undefined) return undefined
  const sets = [one, other].map(({ run }) => run.testSets.find(({ id }) => id === testSet))
  if (sets[0] === undefined || sets[0].fingerprint !== sets[1]?.fingerprint) return undefined
  const found = discordanceOf(unpackUint8(other.verification.correct), unpackUint8(one.verification.correct))
  const { low, high } = differenceInterval(found, LEVEL)
  return {
    difference: 100 * (one.verification.accuracy - other.verification.accuracy),
    low: 100 * low,
    high: 100 * high,
    demo:
      sets.some((set) => set?.demo === true) ||
      [one, other].some(({ run, verification }) =>
        run.models.some(({ id, demo }) => id === verification.model && demo),
      ),
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
  const mean = (pick: (entry: Paired) => number): number =>
    there.reduce((sum, entry) => sum + pick(entry), 0) / there.length
  const half = Math.hypot(...there.map(({ low, high }) => (high - low) / 2)) / there.length
  const middle = mean(({ low, high }) => (low + high) / 2)
  const [low, high] = [middle - half, middle + half]
  const where = testSets.length === 1 ? testSets[0] : `the mean of ${testSets.length} test sets`
  return {
    text: `${a} against ${b} on ${where}: ${signed(mean(({ difference }) => difference))} points [${signed(low)}, ${signed(high)}]`,
    low,
    high,
    demo: there.some(({ demo }) => demo),
  }
}

function metricOf(
  merged: Merged,
  ids: readonly string[],
  name: string,
): { dataset: DatasetResult; metric: Metric } | undefined {
  for (const dataset of merged.datasets) {
    const metric = dataset.metrics.find((entry) => entry.name === name)
    if (ids.includes(dataset.id) && metric) return { dataset, metric }
  }
  return undefined
}

/** A metric of one dataset minus that of another. Undefined where one is missing or has no sampling error. */
export function metricContrast(
  merged: Merged,
  a: readonly string[],
  b: readonly string[],
  name: string,
): Contrast | undefined {
  const [one, other] = [a, b].map((ids) => metricOf(merged, ids, name))
  if (one === undefined || other === undefined) return undefined
  const errors = [one, other].map(({ metric }) => standardErrorOf(metric))
  if (errors[0] === undefined || errors[1] === undefined) return undefined
  const difference = one.metric.value - other.metric.value
  const half = Z * Math.hypot(errors[0], errors[1])
  return {
    text: `${name}: ${one.dataset.name} ${showNumber(one.metric.value)}, ${other.dataset.name} ${showNumber(other.metric.value)}; difference ${showNumber(difference)} ± ${showNumber(half)}`,
    low: difference - half,
    high: difference + half,
    demo: one.dataset.demo || other.dataset.demo,
  }
}

/** The share of separable identities of one dataset minus that of another, in points, with binomial errors. */
export function separabilityContrast(merged: Merged, a: string, b: string): Contrast | undefined {
  const [one, other] = [a, b].map((id) => {
    const found = metricOf(merged, [id], 'separable')
    const count = found?.metric.count ?? found?.dataset.identities
    if (found === undefined || !count) return undefined
    return { ...found, count, share: found.metric.value / count }
  })
  if (one === undefined || other === undefined) return undefined
  const variance = [one, other].map(({ share, count }) => Math.max(share * (1 - share), 1 / count) / count)
  const difference = 100 * (one.share - other.share)
  const half = 100 * Z * Math.sqrt(variance[0] + variance[1])
  return {
    text: `separable identities: ${one.dataset.name} ${(100 * one.share).toFixed(1)} %, ${other.dataset.name} ${(100 * other.share).toFixed(1)} %; difference ${signed(difference)} ± ${half.toFixed(2)} points`,
    low: difference - half,
    high: difference + half,
    demo: one.dataset.demo || other.dataset.demo,
  }
}

/** How many times the first dataset's metric is the second's, from the metrics' own intervals. */
export function ratioContrast(
  merged: Merged,
  a: readonly string[],
  b: readonly string[],
  name: string,
): Contrast | undefined {
  const [one, other] = [a, b].map((ids) => metricOf(merged, ids, name))
  if (!one?.metric.interval || !other?.metric.interval) return undefined
  const low = one.metric.interval.low / other.metric.interval.high
  const high = one.metric.interval.high / other.metric.interval.low
  return {
    text: `${name}: ${one.dataset.name} is ${showNumber(one.metric.value / other.metric.value)} times ${other.dataset.name} [${showNumber(low)}, ${showNumber(high)}]`,
    low,
    high,
    demo: one.dataset.demo || other.dataset.demo,
  }
}
