import { z } from 'zod'
import { FACE_RULES, type FaceRule } from '../../faces/choose-face.js'
import type { DetectorDescriptor } from '../../models/descriptor.js'
import type { Model } from '../../models/model.js'

const count = z.int().positive()

/** What a plan records of a run whose images are photographs that a face is cropped from. */
export const alignPlanSchema = z.strictObject({
  detector: z.strictObject({
    name: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    demo: z.boolean(),
  }),
  /** sides of the crops, pixels */
  size: count,
  /** which of several faces is taken */
  face: z.enum(FACE_RULES as [FaceRule, ...FaceRule[]]),
  /** photographs that are made of an image until a face is found */
  attempts: count,
})
export type AlignPlan = z.infer<typeof alignPlanSchema>

/** What a user chooses of it. */
export interface AlignSettings {
  readonly size: number
  readonly face: FaceRule
  readonly attempts: number
}

export const DEFAULT_ALIGN: AlignSettings = { size: 112, face: 'insightface', attempts: 10 }

export function planAlign(
  { descriptor, sha256 }: Model<DetectorDescriptor>,
  settings: AlignSettings,
): AlignPlan {
  const { size, face, attempts } = settings
  return { detector: { name: descriptor.name, sha256, demo: descriptor.demo }, size, face, attempts }
}
