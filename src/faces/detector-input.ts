import type { RawPixels } from '../images/image.js'
import type { DetectorDescriptor } from '../models/descriptor.js'

type Input = DetectorDescriptor['input']

/**
 * The factor by which a photograph is scaled for detection.
 * @param turned it is turned by quarters, too, and must fit either way
 * @param side asked for instead of the descriptor's
 */
export function detectionScale(
  input: Input,
  { width, height }: RawPixels,
  turned: boolean,
  side?: number,
): number {
  const most = side ?? input.side
  const fits = (sides: readonly [number, number]) => {
    const [high, wide] = turned ? [Math.min(...sides), Math.min(...sides)] : sides
    return Math.min(1, most / Math.max(high, wide)) * Math.min(high / height, wide / width)
  }
  const scale = input.size === undefined ? most / Math.max(width, height) : fits(input.size)
  return input.enlarge || side !== undefined ? scale : Math.min(1, scale)
}

/** Numbers for a detector: planes of a photograph in the upper left corner, black beside and below it. */
export class DetectorInput {
  readonly #tables: readonly Float32Array[]
  readonly #sources: readonly number[]
  #values = new Float32Array(0)

  constructor(private readonly input: Input) {
    this.#tables = input.mean.map((mean, channel) =>
      Float32Array.from({ length: 256 }, (_, x) => (x / input.scale - mean) / input.std[channel]),
    )
    this.#sources = input.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0]
  }

  /** Sides of the network's input for an image. */
  sizeFor({ width, height }: RawPixels): { readonly width: number; readonly height: number } {
    const { size, multiple } = this.input
    if (size !== undefined) return { height: size[0], width: size[1] }
    const up = (side: number) => Math.ceil(side / multiple) * multiple
    return { width: up(width), height: up(height) }
  }

  /** The numbers [3, height, width], good until the next call. */
  fill(image: RawPixels): Float32Array {
    const size = this.sizeFor(image)
    const plane = size.width * size.height
    if (this.#values.length !== 3 * plane) this.#values = new Float32Array(3 * plane)
    const values = this.#values
    const { width, height, data } = image
    const [first, second, third] = this.#tables
    const [red, green, blue] = this.#sources
    for (let y = 0, from = 0; y < height; y++) {
      const row = y * size.width
      for (let to = row; to < row + width; to++, from += 3) {
        values[to] = first[data[from + red]]
        values[to + plane] = second[data[from + green]]
        values[to + 2 * plane] = third[data[from + blue]]
      }
    }
    for (const [channel, table] of this.#tables.entries()) {
      const start = channel * plane
      for (let y = 0; y < height; y++) {
        const row = start + y * size.width
        values.fill(table[0], row + width, row + size.width)
      }
      values.fill(table[0], start + height * size.width, start + plane)
    }
    return values
  }
}
