import { PixelConverter } from '../images/pixels.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { SessionOptions } from '../models/session.js'
import { type RuntimeTensor, runtimeTensor, type Tensors } from '../onnx/runtime.js'
import { type GeneratorNetwork, openGeneratorNetwork } from './generator-network.js'

/** What one call of the generator takes, for `size` images. */
export interface GeneratorBatch {
  readonly size: number
  /** `size * width` numbers */
  readonly vectors: Float32Array
  /** what its families draw beside the vectors, by the names of the network's inputs */
  readonly drawn: Tensors
}

/** Images as RGB bytes, row after row (HWC), one after another. */
export interface GeneratedPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A generator ready to run: vectors and what its families draw in, RGB pixels out. */
export class Generator {
  /** For batches of one size: where the network writes, as a tensor, and what makes pixels of it. */
  #room:
    | { readonly size: number; readonly image: RuntimeTensor; readonly converter: PixelConverter }
    | undefined

  private constructor(
    readonly descriptor: GeneratorDescriptor,
    private readonly network: GeneratorNetwork,
  ) {}

  /** @throws InputError where the model can't be run */
  static async open(model: Model<GeneratorDescriptor>, options: SessionOptions = {}): Promise<Generator> {
    return new Generator(model.descriptor, await openGeneratorNetwork(model, options))
  }

  /**
   * Runs one batch. The pixels are good until the next call.
   * @param nameOf what messages call an image of the batch
   * @throws InputError where the network gives numbers that are not finite
   */
  async run(batch: GeneratorBatch, nameOf: (index: number) => string): Promise<GeneratedPixels> {
    const { output } = this.descriptor
    const [height, width] = output.size
    const { image, converter } = this.#roomFor(batch.size)
    await this.network.run(this.#inputs(batch), { [output.name]: image })
    return { width, height, data: converter.convert(nameOf) }
  }

  #roomFor(size: number) {
    if (this.#room?.size === size) return this.#room
    const { output } = this.descriptor
    const [height, width] = output.size
    const converter = new PixelConverter(output, size, height * width)
    const image = runtimeTensor('float32', converter.values, [size, 3, height, width])
    this.#room = { size, image, converter }
    return this.#room
  }

  #inputs({ size, vectors, drawn }: GeneratorBatch): Tensors {
    const { name, size: width } = this.descriptor.input
    return { [name]: runtimeTensor('float32', vectors, [size, width]), ...drawn }
  }

  async close(): Promise<void> {
    await this.network.close()
  }
}
