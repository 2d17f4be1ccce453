import { normalQuantile, normalTail } from '../evaluate/normal.js'
import { identityOf, type Metric, metricName, sameMetric } from '../results/metric.js'
import type { DatasetResult } from '../results/schema.js'
import type { Difference } from './difference.js'
import { type Policy, resolvePolicy } from './policy.js'
import { aboveProbability, shiftInterval } from './rank-test.js'
import { medianOf } from './side.js'

/** Fewer repetitions than this say nothing of a speed. */
const FEWEST_TIMINGS = 5

/** The metrics that both runs have of one dataset. @param sameMachine whether timings can be compared */
export function datasetDifferences(
  base: DatasetResult,
  next: DatasetResult,
  policy: Policy,
  sameMachine: boolean,
): Difference[] {
  return base.metrics.flatMap((metric) => {
    const other = next.metrics.find((one) => sameMetric(one, metric))
    if (other === undefined) return []
    const subject = { subject: next.name, kind: 'dataset' as const, demo: base.demo || next.demo }
    return [{ ...subject, ...compareMetric(metric, other, policy, sameMachine) }]
  })
}

type Compared = Omit<Difference, 'subject' | 'kind' | 'demo'>

function compareMetric(base: Metric, next: Metric, policy: Policy, sameMachine: boolean): Compared {
  const timings = timingsOf(base, next)
  const resolved = resolvePolicy(policy, base, base.value, base.samples !== undefined)
  const common = {
    metric: metricName(base),
    identity: identityOf(base),
    base: base.value,
    next: next.value,
    difference: next.value - base.value,
    better: base.better,
    ...(base.unit !== undefined && { unit: base.unit }),
    policy: resolved,
  }
  if (base.samples !== undefined && !sameMachine)
    return {
      ...common,
      policy: { ...resolved, explicit: false },
      test: 'none',
      detail: 'timed on different machines',
    }
  if (timings !== undefined) {
    const shift = base.better === 'lower' ? resolved.tolerance : -resolved.tolerance
    const [worse, better] =
      base.better === 'lower'
        ? [
            aboveProbability(
              timings.next,
              timings.base.map((value) => value + shift),
            ),
            aboveProbability(
              timings.base.map((value) => value - shift),
              timings.next,
            ),
          ]
        : [
            aboveProbability(
              timings.base.map((value) => value + shift),
              timings.next,
            ),
            aboveProbability(
              timings.next,
              timings.base.map((value) => value - shift),
            ),
          ]
    return {
      ...common,
      interval: { ...shiftInterval(timings.base, timings.next, policy.level), level: policy.level },
      probability: { worse, better },
      test: 'Mann-Whitney',
      detail: `${timings.base.length} and ${timings.next.length} timings`,
    }
  }
  const error = errorOf(base, next)
  if (error === undefined) {
    const detail = base.better === 'neither' ? '' : 'no sampling error is known'
    return { ...common, test: 'none', detail }
  }
  const gain = base.better === 'lower' ? -common.difference : common.difference
  const half = normalQuantile((1 + policy.level) / 2) * error
  return {
    ...common,
    interval: { low: common.difference - half, high: common.difference + half, level: policy.level },
    ...(error > 0 && {
      probability: {
        worse: normalTail((-gain - resolved.tolerance) / error),
        better: normalTail((gain - resolved.tolerance) / error),
      },
    }),
    test: 'sampling error',
    detail: '',
  }
}

/** Repeated measurements of both sides; they must be of the value's unit, whose median the value is. */
function timingsOf(base: Metric, next: Metric): { base: number[]; next: number[] } | undefined {
  if (base.samples === undefined || next.samples === undefined) return undefined
  const usable = [base, next].every(({ samples = [], value }) => {
    return samples.length >= FEWEST_TIMINGS && Math.abs(medianOf(samples) - value) <= 0.2 * Math.abs(value)
  })
  return usable ? { base: base.samples, next: next.samples } : undefined
}

/** The standard error of the difference of two independent measurements. */
function errorOf(base: Metric, next: Metric): number | undefined {
  const [a, b] = [standardErrorOf(base), standardErrorOf(next)]
  return a === undefined || b === undefined ? undefined : Math.hypot(a, b)
}

/** A metric's standard error; from its interval where only that is told. */
export function standardErrorOf({ standardError, interval }: Metric): number | undefined {
  if (standardError !== undefined) return standardError
  if (interval === undefined) return undefined
  return (interval.high - interval.low) / (2 * normalQuantile((1 + interval.level) / 2))
}
