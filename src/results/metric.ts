import { z } from 'zod'
import { intervalSchema } from './interval.js'
import { leftOutSchema } from './left-out.js'
import { listOf, mapOf } from './list-of.js'

/** A number, what it is of, and how far it can be trusted. */
export const metricSchema = z.strictObject({
  /** what was measured, without its parameters: `separable`, `FID`, `imagesPerSecond` .. */
  family: z.string().min(1),
  /** what the family leaves open: `threshold`, `batch`, `n`, `k`, `far` .. */
  parameters: mapOf(z.union([z.number(), z.string()])),
  /** id of the model that looked */
  by: z.string().optional(),
  /** id of the dataset that it was measured against: a distance's reference */
  against: z.string().optional(),
  value: z.number(),
  /** `share` is of 1 and shown in percent; `%` is of 100 */
  unit: z.string().optional(),
  interval: intervalSchema.optional(),
  /** the sampling error's standard deviation, where it is known */
  standardError: z.number().nonnegative().optional(),
  /** repeated measurements behind the value (timings) */
  samples: listOf(z.number()).optional(),
  /** of what it is a count or a mean: images, identities, pairs */
  count: z.int().nonnegative().optional(),
  better: z.enum(['higher', 'lower', 'neither']),
  leftOut: leftOutSchema.optional(),
})
export type Metric = z.infer<typeof metricSchema>

/** What a metric is, without its value: two metrics of one identity can be held against each other. */
export type MetricIdentity = Pick<Metric, 'family' | 'parameters' | 'by' | 'against'>

export function identityOf({ family, parameters, by, against }: MetricIdentity): MetricIdentity {
  return { family, parameters, ...(by !== undefined && { by }), ...(against !== undefined && { against }) }
}

/** `separable@0.4`, `imagesPerSecond@batch=8`: a threshold needs no name. */
function parametersOf({ parameters }: MetricIdentity): string {
  const named = Object.entries(parameters)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([key, value]) => (key === 'threshold' ? String(value) : `${key}=${value}`))
  return named.length === 0 ? '' : `@${named.join(',')}`
}

/**
 * By which a policy, a JUnit file and a comparison's JSON name a metric: `separable@0.4 by r100`, `imagesPerSecond@batch=8`,
 * `FID to webface by inception`. Readers get `metricWords` of the measures.
 */
export function metricName(metric: MetricIdentity): string {
  const { family, by, against } = metric
  return `${family}${parametersOf(metric)}${against === undefined ? '' : ` to ${against}`}${by === undefined ? '' : ` by ${by}`}`
}

/** The names that a metric goes by, from its own to its family's: `tar@far=0.001`, `tar`. */
export function namesOf(metric: MetricIdentity): string[] {
  const { family } = metric
  return [...new Set([metricName(metric), `${family}${parametersOf(metric)}`, family])]
}

/** Whether two metrics are of the same thing, measured the same way. */
export function sameMetric(a: MetricIdentity, b: MetricIdentity): boolean {
  return keyOf(a) === keyOf(b)
}

function keyOf({ family, parameters, by, against }: MetricIdentity): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([family, sorted, by, against])
}
