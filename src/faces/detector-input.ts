import type { RawPixels } from '../images/image.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import type { Provider } from '../models/session.js'

type Input = DetectorDescriptor['input']

/** The least square that photographs are padded to on a GPU, pixels; the others are twice as large as the one before. */
const LEAST_SQUARE = 160

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
  /** the numbers of the 256 levels of each channel, as bits: V8 makes each float a double on its way from table to plane */
  readonly #tables: readonly Int32Array[]
  readonly #sources: readonly number[]
  #values = new Float32Array(0)
  #bits = new Int32Array(0)
  /** the image before, whose margins are still there */
  #margins = { width: 0, height: 0 }

  /** @param provider where the detector runs: on a GPU inputs come in few sizes, since it tries convolutions anew for each */
  constructor(
    private readonly input: Input,
    private readonly provider: Provider = 'cpu',
  ) {
    this.#tables = input.mean.map((mean, channel) => {
      const levels = Float32Array.from(
        { length: 256 },
        (_, x) => (x / input.scale - mean) / input.std[channel],
      )
      return new Int32Array(levels.buffer)
    })
    this.#sources = input.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0]
  }

  /** Sides of the network's input for an image. */
  sizeFor({ width, height }: RawPixels): { readonly width: number; readonly height: number } {
    const { size, multiple } = this.input
    if (size !== undefined) return { height: size[0], width: size[1] }
    const up = (side: number) => Math.ceil(side / multiple) * multiple
    if (this.provider !== 'cpu') {
      const doublings = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / LEAST_SQUARE)))
      const side = up(LEAST_SQUARE * 2 ** doublings)
      return { height: side, width: side }
    }
    return { width: up(width), height: up(height) }
  }

  /** The numbers [3, height, width], good until the next call. */
  fill(image: RawPixels): Float32Array {
    const size = this.sizeFor(image)
    const plane = size.width * size.height
    if (this.#values.length !== 3 * plane) {
      this.#values = new Float32Array(3 * plane)
      this.#bits = new Int32Array(this.#values.buffer)
      this.#margins = { width: 0, height: 0 }
    }
    const { width, height, data } = image
    if (this.#margins.width !== width || this.#margins.height !== height) this.#clear(image, size)
    for (let y = 0; y < height; y++)
      spread(data, 3 * width * y, width, this.#tables, this.#sources, this.#bits, y * size.width, plane)
    return this.#values
  }

  /** Black, beside and below an image. */
  #clear({ width, height }: RawPixels, size: { readonly width: number; readonly height: number }): void {
    const plane = size.width * size.height
    for (const [channel, table] of this.#tables.entries())
      this.#bits.fill(table[0], channel * plane, (channel + 1) * plane)
    this.#margins = { width, height }
  }
}

/** Puts a row of pixels into three planes. */
function spread(
  bytes: Uint8Array,
  from: number,
  width: number,
  [first, second, third]: readonly Int32Array[],
  [red, green, blue]: readonly number[],
  out: Int32Array,
  start: number,
  plane: number,
): void {
  const end = start + width
  for (let to = start, at = from; to < end; to++, at += 3) {
    out[to] = first[bytes[at + red]]
    out[to + plane] = second[bytes[at + green]]
    out[to + 2 * plane] = third[bytes[at + blue]]
  }
}
