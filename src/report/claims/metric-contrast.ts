import { machineOf } from '../../compare/changes.js'
import { standardErrorOf } from '../../compare/dataset-differences.js'
import { metricWords } from '../../measures/metric-words.js'
import { type Metric, sameMetric } from '../../results/metric.js'
import type { DatasetResult, Results } from '../../results/schema.js'
import type { Merged } from '../merge.js'
import { showNumber, signed } from '../numbers.js'
import { latestFirst } from '../placed.js'
import type { Contrast } from './contrast.js'

const Z = 1.959963984540054

interface Found {
  readonly run: Results
  readonly dataset: DatasetResult
  readonly metric: Metric
}

/** Every metric that one of the datasets has and that `fits`, from every run, the latest first. */
function findMetrics(merged: Merged, ids: readonly string[], fits: (metric: Metric) => boolean): Found[] {
  const found = merged.runs.flatMap((run) =>
    run.datasets
      .filter(({ id }) => ids.includes(id))
      .flatMap((dataset) => dataset.metrics.filter(fits).map((metric) => ({ run, dataset, metric }))),
  )
  return found.toSorted(latestFirst)
}

/** The same metric of both sides, where one can be held against the other. */
function findPair(
  merged: Merged,
  a: readonly string[],
  b: readonly string[],
  fits: (metric: Metric) => boolean,
  comparable: (one: Found, other: Found) => boolean,
): readonly [Found, Found] | undefined {
  for (const one of findMetrics(merged, a, fits)) {
    for (const other of findMetrics(merged, b, fits)) {
      if (sameMetric(one.metric, other.metric) && comparable(one, other)) return [one, other]
    }
  }
  return undefined
}

/** Their difference with its interval, in words; undefined where there is no pair, or no sampling error. */
function contrastOf(
  found: readonly [Found, Found] | undefined,
  words: (one: Found, other: Found, difference: number, half: number) => string,
): Contrast | undefined {
  if (found === undefined) return undefined
  const [one, other] = found
  const errors = [standardErrorOf(one.metric), standardErrorOf(other.metric)]
  if (errors[0] === undefined || errors[1] === undefined) return undefined
  const difference = one.metric.value - other.metric.value
  const half = Z * Math.hypot(errors[0], errors[1])
  return {
    text: words(one, other, difference, half),
    low: difference - half,
    high: difference + half,
    demo: one.dataset.demo || other.dataset.demo,
  }
}

/** The Frechet distance of `a` minus that of `b`, to the same reference. Undefined without a sampling error. */
export function frechetContrast(
  merged: Merged,
  a: readonly string[],
  b: readonly string[],
  family: string,
): Contrast | undefined {
  const found = findPair(
    merged,
    a,
    b,
    (metric) => metric.family === family && metric.against !== undefined,
    (one, other) => networkOf(one) === networkOf(other),
  )
  return contrastOf(
    found,
    (one, other, difference, half) =>
      `${metricWords(one.metric)}: ${one.dataset.name} ${showNumber(one.metric.value)}, ${other.dataset.name} ${showNumber(other.metric.value)}; difference ${showNumber(difference)} ± ${showNumber(half)}`,
  )
}

/**
 * The share of separable identities of `a` minus that of `b`, in points, at one threshold and as one recogniser sees
 * both. Undefined where no recogniser looked at both.
 */
export function separabilityContrast(
  merged: Merged,
  a: string,
  b: string,
  threshold: number,
): Contrast | undefined {
  const found = findPair(
    merged,
    [a],
    [b],
    ({ family, parameters, by }) =>
      family === 'separable' && parameters.threshold === threshold && by !== undefined,
    (one, other) => networkOf(one) === networkOf(other),
  )
  return contrastOf(
    found,
    (one, other, difference, half) =>
      `separable identities, ${one.metric.by}: ${one.dataset.name} ${one.metric.value.toFixed(1)} %, ${other.dataset.name} ${other.metric.value.toFixed(1)} %; difference ${signed(difference)} ± ${half.toFixed(2)} points`,
  )
}

/** Hash of the network that a metric is by: runs may call two networks by one name. */
function networkOf({ run, metric }: Found): string | undefined {
  return run.models.find(({ id }) => id === metric.by)?.sha256
}

/**
 * How many times as fast `a` makes images as `b`, on one machine at one batch size, from the intervals of both. The ratio
 * moves with the batch, the precision and the machine: its words name them, and the ratios at the other batch sizes.
 */
export function speedContrast(
  merged: Merged,
  a: readonly string[],
  b: readonly string[],
): Contrast | undefined {
  const ratios: (Ratio & { readonly batch: string })[] = []
  let first: readonly [Found, Found] | undefined
  for (const { metric } of findMetrics(merged, a, isSpeed)) {
    const found = findPair(
      merged,
      a,
      b,
      (other) => isSpeed(other) && sameMetric(other, metric),
      (one, other) => machineOf(one.run) === machineOf(other.run),
    )
    const ratio = found && ratioOf(found)
    if (found === undefined || ratio === undefined) continue
    first ??= found
    const batch = `batch ${metric.parameters.batch}`
    if (machineOf(found[0].run) === machineOf(first[0].run) && !ratios.some((known) => known.batch === batch))
      ratios.push({ ...ratio, batch })
  }
  if (first === undefined) return undefined
  const [one, other] = first
  const [main, ...others] = ratios.map(
    ({ batch, value, low, high }) =>
      `${showNumber(value)} times [${showNumber(low)}, ${showNumber(high)}] at ${batch}`,
  )
  const also = others.length > 0 ? `; also ${others.join(', ')}` : ''
  return {
    text: `images a second: ${one.dataset.name} is ${main} as fast as ${other.dataset.name}${also}; ${machineOf(one.run)}`,
    low: ratios[0].low,
    high: ratios[0].high,
    demo: one.dataset.demo || other.dataset.demo,
  }
}

const isSpeed = ({ family }: Metric): boolean => family === 'imagesPerSecond'

interface Ratio {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** From the intervals of both; undefined where one has none. */
function ratioOf([one, other]: readonly [Found, Found]): Ratio | undefined {
  const [a, b] = [one.metric, other.metric]
  if (!a.interval || !b.interval) return undefined
  return {
    value: a.value / b.value,
    low: a.interval.low / b.interval.high,
    high: a.interval.high / b.interval.low,
  }
}
