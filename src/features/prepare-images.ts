import { InputError } from '../errors.js'
import type { ImageInput } from '../models/descriptor.js'
import { decode, type LeftOutImage, type NamedImage } from './named-image.js'
import { compilePreprocessing, inputLength } from './preprocessing.js'

/** What a network wants of each image. */
export interface WantedInputs {
  readonly input: ImageInput
  readonly plain: boolean
  readonly mirrored: boolean
}

/** Network inputs of images, one after another. */
export interface Inputs {
  readonly plain?: Float32Array
  readonly mirrored?: Float32Array
}

/**
 * Decodes and preprocesses images into their inputs; those of an image that is left out become zero.
 * @returns those that were left out, by their place among the images, ascending
 */
export type ImagePreparation = (
  images: readonly NamedImage[],
  into: Inputs,
  skipUnreadable: boolean,
) => Promise<LeftOutImage[]>

export function imagePreparation(input: ImageInput): ImagePreparation {
  const preprocess = compilePreprocessing(input)
  const length = inputLength(input)
  return async (images, { plain, mirrored }, skipUnreadable) => {
    const leftOut: LeftOutImage[] = []
    await Promise.all(
      images.map(async (named, i) => {
        const { where } = named
        const pixels = await decode(named, skipUnreadable)
        if (pixels instanceof InputError) {
          leftOut.push({ index: i, where, reason: pixels.what })
          plain?.fill(0, i * length, (i + 1) * length)
          mirrored?.fill(0, i * length, (i + 1) * length)
          return
        }
        if (plain !== undefined) preprocess(pixels, false, plain, i, where)
        if (mirrored !== undefined) preprocess(pixels, true, mirrored, i, where)
      }),
    )
    return leftOut.sort((a, b) => a.index - b.index)
  }
}
