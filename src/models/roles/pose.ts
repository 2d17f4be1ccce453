import { z } from 'zod'
import { featureOutput, identification } from '../identification.js'
import { imageInputSchema } from '../image-input.js'
import { imageModel } from './image-model.js'

export const poseSchema = z.strictObject({
  ...identification,
  role: z.literal('pose'),
  input: imageInputSchema,
  /** yaw, pitch and roll in degrees */
  output: featureOutput.refine((output) => output.size === 3, 'a pose is yaw, pitch and roll: size 3'),
})

/** Faces to yaw, pitch and roll. */
export const pose = { ...imageModel, schema: poseSchema }
