import type { z } from 'zod'
import { RandomStream } from '../../random/philox.js'
import { schemaById } from '../kinds.js'
import type { AugmentationDeclaration, FloatImage } from './augmentation.js'
import { blur } from './blur.js'
import { colour } from './colour.js'
import { erasing } from './erasing.js'
import { flip } from './flip.js'
import { warp } from './warp.js'

/** What changes images, in the order in which it is applied: one line each. */
export const AUGMENTATIONS = [flip, warp, colour, blur, erasing] as const
export const augmentationSchema = schemaById(AUGMENTATIONS)

export type AugmentationSpec = z.infer<typeof augmentationSchema>

/**
 * Changes an image, in place, as the spec says.
 * @param step,place which image of which batch: what is drawn depends on the seed and these alone
 */
export function augment(
  image: FloatImage,
  spec: AugmentationSpec,
  seed: number,
  step: number,
  place: number,
): void {
  for (const { id, apply } of AUGMENTATIONS as readonly AugmentationDeclaration<keyof AugmentationSpec>[]) {
    const options = spec[id]
    if (options === undefined || options.share === 0) continue
    const random = new RandomStream(seed, `augmentation ${id}`, step, place)
    if (random.next() < options.share) apply(image, random, options)
  }
}
