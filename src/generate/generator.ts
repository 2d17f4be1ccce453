import ort from 'onnxruntime-node'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions, type Tensors } from '../models/session.js'
import { PixelConverter } from './pixels.js'

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
  /** What the network writes into, for batches of one size. */
  #image: ort.TypedTensor<'float32'> | undefined
  readonly #converter: PixelConverter

  private constructor(
    readonly descriptor: GeneratorDescriptor,
    private readonly session: ModelSession<GeneratorDescriptor>,
  ) {
    this.#converter = new PixelConverter(descriptor.output)
  }

  /** @throws InputError where the model can't be run */
  static async open(model: Model<GeneratorDescriptor>, options: SessionOptions = {}): Promise<Generator> {
    return new Generator(model.descriptor, await ModelSession.open(model, options))
  }

  /**
   * Runs one batch. The pixels are good until the next call.
   * @param nameOf what messages call an image of the batch
   * @throws InputError where the network gives numbers that are not finite
   */
  async run(batch: GeneratorBatch, nameOf: (index: number) => string): Promise<GeneratedPixels> {
    const { output } = this.descriptor
    const [height, width] = output.size
    const shape = [batch.size, 3, height, width]
    if (this.#image?.dims[0] !== batch.size)
      this.#image = new ort.Tensor('float32', new Float32Array(batch.size * 3 * height * width), shape)
    const image = this.#image
    await this.session.run(this.#inputs(batch), { [output.name]: image })
    return { width, height, data: this.#converter.convert(image.data, width * height, nameOf) }
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
