import { InputError } from '../errors.js'
import { openPixelKernel, type PixelKernel } from './pixel-kernel.js'

/** What a network's numbers mean. */
interface Output {
  /** the values of black and of white */
  readonly range: readonly [black: number, white: number]
  readonly channels: 'RGB' | 'BGR'
}

/** What the kernel reads and writes beyond its planes. */
const SLACK = 64

/**
 * A generator's output (NCHW) as bytes (NHWC, RGB): `(value - black) / (white - black) * 255` in float32, clipped
 * to 0..255 and cut to whole numbers, not rounded, as the authors' code does.
 */
export class PixelConverter {
  /** float32 [images, 3, area]: where the network writes */
  readonly values: Float32Array<ArrayBuffer>
  readonly #pixels: Uint8Array
  readonly #kernel: PixelKernel

  /** @param images in a batch @param area pixels of an image */
  constructor(
    private readonly output: Output,
    images: number,
    private readonly area: number,
  ) {
    const [black, white] = output.range
    const span = Math.fround(white - black)
    // Dividing by a power of two changes no digit, so that one multiplication gives the same float32.
    const scale = Number.isInteger(Math.log2(Math.abs(span)))
      ? { black, factor: 255 / span }
      : { black, divisor: span, factor: 255 }
    const numbers = images * 3 * area
    const { kernel, memory } = openPixelKernel(scale, 5 * numbers + 2 * SLACK)
    this.#kernel = kernel
    this.values = new Float32Array(memory, 0, numbers)
    this.#pixels = new Uint8Array(memory, 4 * numbers + SLACK, numbers)
  }

  /**
   * Converts what `values` holds. The bytes are good until the next call.
   * @param nameOf what messages call an image
   * @throws InputError where a number is not finite
   */
  convert(nameOf: (index: number) => string): Uint8Array {
    const { area } = this
    const [red, blue] = this.output.channels === 'RGB' ? [0, 2] : [2, 0]
    let strange = 0
    for (let image = 0; image < this.values.length; image += 3 * area) {
      const plane = (channel: number) => 4 * (image + channel * area)
      strange |= this.#kernel(plane(red), plane(1), plane(blue), this.#pixels.byteOffset + image, area)
    }
    if (strange !== 0) {
      const bad = this.values.findIndex((value) => !Number.isFinite(value))
      throw noColour(String(this.values[bad]), nameOf(Math.floor(bad / (3 * area))))
    }
    return this.#pixels
  }
}

/** What is said of an image that a generator gave other numbers for. @param given such a number */
export function noColour(given: string, image: string): InputError {
  return new InputError(
    `the generator gave ${given} instead of a colour`,
    image,
    'check that vector, and that it comes from the features this generator was trained on',
  )
}
