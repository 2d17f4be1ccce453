import { z } from 'zod'
import { doubtSchema } from '../doubt.js'
import { leftOutSchema } from '../left-out.js'
import { listOf, mapOf } from '../list-of.js'
import { pictureSchema } from '../picture.js'

/** What every evaluation tells, whatever its protocol. */
export const evaluationBase = {
  /** id of a model, or the name of a features file */
  model: z.string(),
  /** id of a test set */
  testSet: z.string(),
  /** where it stands in a grid of settings (an ablation): `{ sigma: 0.3 }` */
  axes: mapOf(z.union([z.string(), z.number()])).optional(),
  /** SHA-256 of the features file, where no model of the run made the features */
  featuresSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  leftOut: leftOutSchema.optional(),
  /** its worst errors as pictures, where faces may be shown */
  faces: listOf(pictureSchema).optional(),
  /** what may make its numbers wrong */
  doubts: listOf(doubtSchema),
  seconds: z.number().nonnegative(),
}
