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

/** Network inputs of some images. Those of an image that is left out are zero. */
export interface PreparedImages {
  /** by their place among the images, ascending */
  readonly leftOut: readonly LeftOutImage[]
  readonly plain?: Float32Array
  readonly mirrored?: Float32Array
}

export type ImagePreparation = (
  images: readonly NamedImage[],
  make: (length: number) => Float32Array,
  rows: number,
  skipUnreadable: boolean,
) => Promise<PreparedImages>

/** Decodes and preprocesses images into the first of `rows` inputs, in memory that `make` gives. */
export function imagePreparation({ input, plain: asIs, mirrored: turned }: WantedInputs): ImagePreparation {
  const preprocess = compilePreprocessing(input)
  const length = inputLength(input)
  return async (images, make, rows, skipUnreadable) => {
    const plain = asIs ? make(rows * length) : undefined
    const mirrored = turned ? make(rows * length) : undefined
    const leftOut: LeftOutImage[] = []
    await Promise.all(
      images.map(async (named, i) => {
        const { where } = named
        const pixels = await decode(named, skipUnreadable)
        if (pixels instanceof InputError) {
          leftOut.push({ index: i, where, reason: pixels.what })
          return
        }
        if (plain !== undefined) preprocess(pixels, false, plain, i, where)
        if (mirrored !== undefined) preprocess(pixels, true, mirrored, i, where)
      }),
    )
    leftOut.sort((a, b) => a.index - b.index)
    return { leftOut, ...(plain && { plain }), ...(mirrored && { mirrored }) }
  }
}
