import { z } from 'zod'
import { featureOutput, identification } from '../identification.js'
import { imageInputSchema } from '../image-input.js'
import { imageModel } from './image-model.js'

export const qualitySchema = z.strictObject({
  ...identification,
  role: z.literal('quality'),
  input: imageInputSchema,
  output: featureOutput,
})

/** Aligned faces to a vector whose norm is the quality (MagFace). */
export const quality = { ...imageModel, schema: qualitySchema }
