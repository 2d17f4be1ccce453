import { z } from 'zod'
import { featureOutput, identification } from '../identification.js'
import { imageInputSchema } from '../image-input.js'
import { imageModel } from './image-model.js'

export const recogniserSchema = z.strictObject({
  ...identification,
  role: z.literal('recogniser'),
  input: imageInputSchema,
  output: featureOutput.extend({
    /** a second output [batch, 1] that holds the feature's norm (AdaFace): the feature is multiplied by it */
    norm: z.string().min(1).optional(),
  }),
  /** whether the mirrored image's feature is used too (insightface's protocol, which the paper uses) */
  flip: z.boolean().default(true),
  /** how the two are put together: their sum as they come, or the sum of their unit vectors */
  fusion: z.enum(['sum', 'unit-sum']).default('sum'),
})

/** Aligned faces to features that tell people apart. */
export const recogniser = { ...imageModel, schema: recogniserSchema }
