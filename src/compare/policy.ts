import { z } from 'zod'
import { InputError } from '../errors.js'
import { measureOf } from '../measures/list.js'
import { type MetricIdentity, namesOf } from '../results/metric.js'
import { type MetricPolicy, metricPolicySchema } from '../results/metric-policy.js'
import { readYaml } from '../yaml-file.js'

export const policySchema = z.strictObject({
  /** the chance that a comparison without any true change reports a regression, over all metrics together */
  alpha: z.number().gt(0).lt(0.5).default(0.005),
  /** the level of the intervals */
  level: z.number().gt(0.5).lt(1).default(0.95),
  resamples: z.int().min(100).default(1000),
  /** whether what the base has and the new runs lack stops the comparison */
  requireAll: z.boolean().default(true),
  metrics: z.record(z.string(), metricPolicySchema).default({}),
})
export type Policy = z.infer<typeof policySchema>

export const DEFAULT_POLICY: Policy = policySchema.parse({})

/** What holds where the policy says nothing, by family: `tar` stands for every false accept rate. */
const DEFAULTS: Record<string, MetricPolicy> = {
  accuracy: { gate: true, matters: 0.01 },
  auc: { gate: false, matters: 0.005 },
  eer: { gate: false, matters: 0.01 },
  tar: { gate: false, matters: 0.02 },
}
const DATASET_DEFAULT: MetricPolicy = { gate: true, relativeMatters: 0.05 }
/** Two runs on one machine differ by a few percent whatever their own spread says. */
const TIMING_DEFAULT: MetricPolicy = { gate: true, relativeTolerance: 0.1, relativeMatters: 0.1 }

export const VERIFICATION_METRICS = Object.keys(DEFAULTS)

/** What the policy says of one metric, resolved against its base value. */
export interface ResolvedMetricPolicy {
  readonly gate: boolean
  readonly tolerance: number
  readonly matters: number
  /** whether the user wrote the tolerance */
  readonly explicit: boolean
}

/**
 * What the policy says of a metric under the nearest of its names: `tar@far=0.001` before `tar`.
 * @param base the value in the base run, for what is relative to it
 */
export function resolvePolicy(
  policy: Policy,
  metric: MetricIdentity,
  base: number,
  timing = false,
): ResolvedMetricPolicy {
  const name = namesOf(metric).find((key) => Object.hasOwn(policy.metrics, key))
  const own = name === undefined ? {} : policy.metrics[name]
  const declared = DEFAULTS[metric.family] ?? measureOf(metric.family)?.family.policy
  const fallback = declared ?? (timing ? TIMING_DEFAULT : DATASET_DEFAULT)
  const explicit = own.tolerance !== undefined || own.relativeTolerance !== undefined
  const bounds = explicit ? own : fallback
  const size = own.matters !== undefined || own.relativeMatters !== undefined ? own : fallback
  const larger = (absolute = 0, relative = 0): number => Math.max(absolute, relative * Math.abs(base))
  return {
    gate: own.gate ?? fallback.gate ?? true,
    tolerance: larger(bounds.tolerance, bounds.relativeTolerance),
    matters: larger(size.matters, size.relativeMatters),
    explicit,
  }
}

/** Reads a policy file. @throws InputError that names the key and the line */
export function readPolicy(path: string): Promise<Policy> {
  return readYaml(path, policySchema)
}

/** @throws InputError where the policy names a metric that neither side has */
export function checkPolicyMetrics(policy: Policy, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(policy.metrics).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new InputError(
      `unknown metric '${unknown.join("', '")}'`,
      where,
      `the metrics of these results are ${[...known].join(', ')}`,
    )
  }
}
