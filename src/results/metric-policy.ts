import { z } from 'zod'

/** How a comparison takes a metric. */
export const metricPolicySchema = z.strictObject({
  /** whether a verdict `worse` is a regression; otherwise the metric is only watched */
  gate: z.boolean().optional(),
  /** how much worse is tolerated, in the metric's own unit (accuracies: 0.01 is one point) */
  tolerance: z.number().nonnegative().optional(),
  /** the same as a share of the base value; the larger of the two counts */
  relativeTolerance: z.number().nonnegative().optional(),
  /** the smallest difference that matters: a comparison that can't rule it out has too little data to say `same` */
  matters: z.number().positive().optional(),
  /** the same as a share of the base value */
  relativeMatters: z.number().positive().optional(),
})
export type MetricPolicy = z.infer<typeof metricPolicySchema>
