import ort from 'onnxruntime-node'
import { InputError } from '../errors.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions, type Tensors } from '../models/session.js'

/** What one call of the generator takes, for `size` images. */
export interface GeneratorBatch {
  readonly size: number
  /** `size * width` numbers */
  readonly vectors: Float32Array
  /** `size * tokens` flags each; empty for a generator that takes no masks */
  readonly dropped: Uint8Array
  readonly masked: Uint8Array
}

/** Images as RGB bytes, row after row (HWC), one after another. */
export interface GeneratedPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A generator ready to run: vectors and masks in, RGB pixels out. */
export class Generator {
  private constructor(
    readonly descriptor: GeneratorDescriptor,
    private readonly session: ModelSession<GeneratorDescriptor>,
  ) {}

  /** @throws InputError where the model can't be run */
  static async open(model: Model<GeneratorDescriptor>, options: SessionOptions = {}): Promise<Generator> {
    return new Generator(model.descriptor, await ModelSession.open(model, options))
  }

  /**
   * Runs one batch.
   * @param nameOf what messages call an image of the batch
   * @throws InputError where the network gives numbers that are not finite
   */
  async run(batch: GeneratorBatch, nameOf: (index: number) => string): Promise<GeneratedPixels> {
    const { output } = this.descriptor
    const [height, width] = output.size
    const { [output.name]: image } = await this.session.run(this.#inputs(batch))
    const data = toPixels(image.data as Float32Array, height * width, output, nameOf)
    return { width, height, data }
  }

  #inputs({ size, vectors, dropped, masked }: GeneratorBatch): Tensors {
    const { input } = this.descriptor
    const vector = { [input.name]: new ort.Tensor('float32', vectors, [size, input.size]) }
    if (input.masks === undefined) return vector
    const shape = [size, input.masks.tokens]
    return {
      ...vector,
      [input.masks.dropped]: new ort.Tensor('bool', dropped, shape),
      [input.masks.masked]: new ort.Tensor('bool', masked, shape),
    }
  }

  async close(): Promise<void> {
    await this.session.close()
  }
}

/**
 * Network output (NCHW) to bytes (NHWC, RGB): `(value - black) / (white - black) * 255` in float32, clipped to
 * 0..255 and cut to whole numbers, not rounded, as the authors' code does.
 * @throws InputError where a number is not finite
 */
export function toPixels(
  values: Float32Array,
  area: number,
  { range: [black, white], channels }: Pick<GeneratorDescriptor['output'], 'range' | 'channels'>,
  nameOf: (index: number) => string,
): Uint8Array {
  const pixels = new Uint8Array(values.length)
  const span = white - black
  let strange = 0
  for (let plane = 0; plane * area < values.length; plane++) {
    const channel = plane % 3
    const start = (plane - channel) * area + (channels === 'RGB' ? channel : 2 - channel)
    const from = plane * area
    for (let i = 0; i < area; i++) {
      const value = Math.fround(Math.fround(Math.fround(values[from + i] - black) / span) * 255)
      // NaN and the infinities are what does not vanish when taken from themselves.
      strange += value - value
      pixels[start + 3 * i] = Math.max(0, Math.min(value, 255))
    }
  }
  if (strange !== 0) {
    const bad = values.findIndex((value) => !Number.isFinite(value))
    throw new InputError(
      `the generator gave ${values[bad]} instead of a colour`,
      nameOf(Math.floor(bad / (3 * area))),
      'check that vector, and that it comes from the features this generator was trained on',
    )
  }
  return pixels
}
