import { z } from 'zod'
import { listOf } from './list-of.js'

/** What a measurement did not see though it was there, counted, so that nothing is left out in silence. */
export const leftOutSchema = z.strictObject({
  /** images that did not decode and were skipped because the user said so */
  unreadable: z.int().nonnegative(),
  /** files beside the images that were taken for no images; of a test set, photographs of which an alignment made no crop */
  passedOver: z.int().nonnegative(),
  /** pairs (or templates) that went with them */
  pairs: z.int().nonnegative().optional(),
  /** the first of them, each with its reason */
  examples: listOf(z.string()),
})
export type LeftOut = z.infer<typeof leftOutSchema>
