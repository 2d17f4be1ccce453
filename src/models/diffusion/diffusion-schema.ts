import { z } from 'zod'
import { SCHEDULER_IDS } from '../../diffusion/list.js'
import { noiseScheduleSchema } from '../../diffusion/noise-schedule.js'

const part = z.strictObject({
  /** ONNX file, relative to the descriptor */
  file: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
})
const tokens = z.array(z.int().nonnegative()).min(1)

/**
 * How a latent diffusion model makes an image of a vector: what the descriptor of such a generator says beside the rest. Its
 * own file is the denoiser (`sample`, `timestep`, `condition` to `prediction`).
 */
export const diffusionSchema = z.strictObject({
  /** `feature` to `condition`; one that takes `tokens`, too, with the texts that it is asked with */
  encoder: part.extend({ prompt: tokens.optional(), empty: tokens.optional() }),
  /** `latent` to `image` */
  decoder: part,
  scheduler: z.enum(SCHEDULER_IDS),
  /** of the training, as diffusers' scheduler_config.json says it */
  schedule: noiseScheduleSchema,
  /** calls of the denoiser an image */
  steps: z.int().min(1).max(1000),
  /** how far the prediction goes beyond the one for the empty text; 1: that one isn't computed */
  guidance: z.number().min(1).max(100),
})
export type Diffusion = z.infer<typeof diffusionSchema>
