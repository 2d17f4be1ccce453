import { type Diffusion, diffusionSchema } from '../../models/diffusion/diffusion-schema.js'
import type { GeneratorFamily } from './family.js'

/**
 * Latent diffusion models: a plan keeps their other networks and the way from noise to an image. What is drawn is noise, which
 * the family of that name does.
 */
export const diffusion: GeneratorFamily<Diffusion> = {
  id: 'diffusion',
  record: { key: 'diffusion', title: 'diffusion', schema: diffusionSchema },
  recordFor: (descriptor) => descriptor.diffusion,
  batch: () => ({ draw() {}, inputs: () => ({}) }),
}
