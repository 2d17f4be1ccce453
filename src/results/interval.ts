import { z } from 'zod'

/** A share of a whole. */
export const share = z.number().min(0).max(1)

/** Where a number may lie: `level` of such intervals hold the true one. */
export const intervalSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: share,
  /** how many resamples it was told from; 0 for a closed form */
  resamples: z.int().nonnegative(),
})
export type Interval = z.infer<typeof intervalSchema>
