import { InputError } from '../errors.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'

type Output = Pick<GeneratorDescriptor['output'], 'range' | 'channels'>

const round = Math.fround

/**
 * A generator's output (NCHW) as bytes (NHWC, RGB): `(value - black) / (white - black) * 255` in float32, clipped
 * to 0..255 and cut to whole numbers, not rounded, as the authors' code does. One pass that needs no memory
 * between: operators of onnxruntime take 1.7 times as long, since each goes over all numbers anew.
 */
export class PixelConverter {
  readonly #black: number
  readonly #span: number
  readonly #divided: boolean
  readonly #factor: number
  readonly #redFirst: boolean
  #pixels = new Uint8Array(0)

  constructor({ range: [black, white], channels }: Output) {
    this.#black = round(black)
    this.#span = round(white - black)
    // Dividing by a power of two changes no digit, so that one multiplication gives the same float32.
    this.#divided = !Number.isInteger(Math.log2(Math.abs(this.#span)))
    this.#factor = 255 / this.#span
    this.#redFirst = channels === 'RGB'
  }

  /**
   * The bytes are good until the next call.
   * @param values `images * 3 * area` numbers, plane after plane
   * @param area pixels of an image
   * @param nameOf what messages call an image
   * @throws InputError where a number is not finite
   */
  convert(values: Float32Array, area: number, nameOf: (index: number) => string): Uint8Array {
    if (this.#pixels.length !== values.length) this.#pixels = new Uint8Array(values.length)
    const pixels = this.#pixels
    const [red, blue] = this.#redFirst ? [0, 2 * area] : [2 * area, 0]
    let sum = 0
    for (let image = 0; image < values.length; image += 3 * area) {
      for (let i = image, at = image; i < image + area; i++, at += 3) {
        const r = values[i + red]
        const g = values[i + area]
        const b = values[i + blue]
        sum += r + g + b
        pixels[at] = this.#level(r)
        pixels[at + 1] = this.#level(g)
        pixels[at + 2] = this.#level(b)
      }
    }
    // In float64 no sum of finite float32 overflows.
    if (!Number.isFinite(sum)) throw noColour(values, area, nameOf)
    return pixels
  }

  #level(value: number): number {
    const above = round(value - this.#black)
    const level = this.#divided ? round(round(above / this.#span) * 255) : round(above * this.#factor)
    return level >= 255 ? 255 : level > 0 ? level | 0 : 0
  }
}

function noColour(values: Float32Array, area: number, nameOf: (index: number) => string): InputError {
  const bad = values.findIndex((value) => !Number.isFinite(value))
  return new InputError(
    `the generator gave ${values[bad]} instead of a colour`,
    nameOf(Math.floor(bad / (3 * area))),
    'check that vector, and that it comes from the features this generator was trained on',
  )
}
