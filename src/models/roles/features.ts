import { z } from 'zod'
import { featureOutput, identification } from '../identification.js'
import { imageInputSchema } from '../image-input.js'
import { imageModel } from './image-model.js'

export const featuresSchema = z.strictObject({
  ...identification,
  role: z.literal('features'),
  input: imageInputSchema,
  output: featureOutput,
  /** what a Frechet distance over these features is called; only the Inception of 2015-12-05 makes an 'FID' */
  distanceName: z.string().min(1).default('Frechet distance'),
})

/** Images to features whose distribution is compared. */
export const features = { ...imageModel, schema: featuresSchema }
