import { z } from 'zod'
import { FACE_RULES, type FaceRule } from '../faces/choose-face.js'
import { DEFAULT_ALIGN } from '../generate/align/align-plan.js'
import type { DatasetRequest } from '../generate/generate-dataset.js'

/** In a spec: the face is cropped from each photograph that the generator makes. */
export const alignSpecSchema = z.strictObject({
  /** id of a detector */
  detector: z.string().min(1),
  /** sides of the crops, pixels: a multiple of 112 or 128 */
  size: z
    .int()
    .positive()
    .refine((size) => size % 112 === 0 || size % 128 === 0, 'a multiple of 112 or 128 is needed')
    .default(DEFAULT_ALIGN.size),
  /** which of several faces */
  face: z.enum(FACE_RULES as [FaceRule, ...FaceRule[]]).default(DEFAULT_ALIGN.face),
  /** photographs that are made of an image until a face is found */
  attempts: z.int().positive().default(DEFAULT_ALIGN.attempts),
})
export type AlignSpec = z.infer<typeof alignSpecSchema>

/** What a dataset's request has of it. @param pathOf where the network of an id lies */
export function alignRequestOf(
  { detector, size, face, attempts }: AlignSpec,
  pathOf: (id: string) => string,
): NonNullable<DatasetRequest['align']> {
  return { detector: pathOf(detector), settings: { size, face, attempts } }
}
