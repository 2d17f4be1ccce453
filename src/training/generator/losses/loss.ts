import { z } from 'zod'
import type { GraphBuilder, Value } from '../../../onnx/graph-builder.js'

/**
 * What a loss sees of one step. Images are [rows, 3, height, width] in the generator's range, -1..1; the first of them have a
 * real one beside them, those behind were made of vectors that no image has.
 */
export interface LossScene {
  readonly g: GraphBuilder
  readonly image: Value
  /** those that have a real one beside them, and these */
  readonly pairedImage: Value
  readonly real: Value
  /** features [rows, width] asked for */
  readonly wanted: Value
  /** the recogniser's features of the generated images */
  feature(): Value
  /** what the perceptual network sees in the two, [paired, channels, rows, columns] each */
  maps(): readonly { readonly generated: Value; readonly real: Value }[]
  /** the discriminator's scores of all generated images */
  scores(): Value
}

/** One of a generator's losses. Adding one: a file that exports it, and its line in `list.ts`. */
export interface GeneratorLoss<O> {
  readonly title: string
  /** what a spec says of it */
  readonly options: z.ZodType<O>
  /** The loss as one number, not yet weighted. */
  build(scene: LossScene, options: O): Value
}

/** What the total multiplies a loss by: a part of each loss's options. */
export const weight = (standard: number) => ({ weight: z.number().nonnegative().default(standard) })
