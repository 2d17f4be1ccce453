import { z } from 'zod'
import { yawTargetsSchema } from './yaw-targets.js'

const weight = z.number().nonnegative()

/**
 * What AttrOP (Equation 5 of the paper) asks of an image. The loss of one image is
 * `identity * (1 - cos(R(G(v)), id)) + quality * max(0, q - |Q(G(v))|) + pose * | |yaw*| - |yaw(G(v))| |`.
 */
export const attropSettingsSchema = z.strictObject({
  /** weights of the three terms; the paper's are 100, 1 and 1 */
  weights: z
    .strictObject({ identity: weight.default(100), quality: weight.default(1), pose: weight.default(1) })
    .prefault({}),
  /** the norm that the quality model's output should reach; the paper asks 27, and 25 with a pose */
  quality: z.number().positive().optional(),
  /** yaw angles asked for; none: the pose is left alone */
  yaw: yawTargetsSchema.optional(),
  /** of Adam */
  learningRate: z.number().positive().default(0.1),
  /** at most so many steps a row: the authors' loop has no bound */
  steps: z.int().min(1).max(10_000).default(30),
  /** no row stops before the last step */
  everyStep: z.boolean().default(false),
  /** the generator's masks are drawn anew for each step, as the authors' code does, or once for all steps of an image */
  masks: z.enum(['each-step', 'once']).default('each-step'),
})

export type AttropSettings = z.infer<typeof attropSettingsSchema>

/** From here on a term counts as met: the bounds of the authors' loop. */
export const MET = { identity: 0.3, quality: 1, pose: 5 } as const
