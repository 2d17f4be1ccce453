import type { z } from 'zod'
import type { RandomStream } from '../../random/philox.js'
import type { Kind } from '../kinds.js'

/** An image on its way into training: RGB, `height * width * 3` numbers 0 .. 255, row after row (HWC). */
export interface FloatImage {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/**
 * Changes an image at random, in place. What it draws comes from a stream of its own for each step and image, so that a run
 * that goes on draws the same. `share`, the share of the images that it changes, is among its options. Adding one: a file
 * that exports it, and its line in `list.ts`.
 */
export interface AugmentationDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Kind<Id, Schema> {
  apply(image: FloatImage, random: RandomStream, options: z.output<Schema>): void
}

/** Keeps the types of a declaration. */
export const declareAugmentation = <Id extends string, S extends z.ZodType>(
  it: AugmentationDeclaration<Id, S>,
) => it

/** A uniform number between two. */
export function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.next()
}
