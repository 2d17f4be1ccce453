import { InputError } from '../errors.js'
import type { EncodedImage, RawPixels } from './image.js'
import { toPixels } from './image-decoding.js'

const NAMED_BROKEN = 20

/** The images of a set: their sizes, and those that don't decode. */
export interface ImageCounts {
  /** how many images have each size (`112x112`), the most frequent first */
  readonly imageSizes: readonly { readonly size: string; readonly images: number }[]
  readonly broken: {
    readonly images: number
    /** messages about the first ones */
    readonly messages: readonly string[]
  }
}

/** Decodes images and counts them. Memory does not grow with them. */
export class ImageTally {
  readonly #sizes = new Map<string, number>()
  readonly #messages: string[] = []
  #broken = 0

  /** Those that don't decode are counted, not thrown; any other error is. */
  async add(
    read: () => EncodedImage | RawPixels | Promise<EncodedImage | RawPixels>,
    name: string,
  ): Promise<void> {
    try {
      const { width, height } = await toPixels(await read(), name)
      const size = `${width}x${height}`
      this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      if (this.#broken++ < NAMED_BROKEN) this.#messages.push(error.message)
    }
  }

  get counts(): ImageCounts {
    return {
      imageSizes: [...this.#sizes]
        .map(([size, images]) => ({ size, images }))
        .sort((a, b) => b.images - a.images),
      broken: { images: this.#broken, messages: this.#messages },
    }
  }
}
