import { PixelConverter } from '../images/pixels.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { SessionOptions } from '../models/session.js'
import type { Graph } from '../onnx/graph.js'
import { runtimeTensor, type Tensors } from '../onnx/runtime.js'
import { addColourBytes, ColourBytes } from './colour-bytes.js'
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

/** What the network writes a batch into, and the pixels of it. */
interface Room {
  readonly size: number
  readonly outputs: Tensors
  /** @throws InputError where a number is not finite */
  pixels(nameOf: (index: number) => string): Uint8Array
}

/** A generator ready to run: vectors and what its families draw in, RGB pixels out. */
export class Generator {
  #room: Room | undefined

  private constructor(
    readonly descriptor: GeneratorDescriptor,
    private readonly network: GeneratorNetwork,
    private readonly makesBytes: boolean,
  ) {}

  /**
   * @param makesBytes whether the network makes bytes of its colours: by default where it runs on no processor
   * @throws InputError where the model can't be run
   */
  static async open(
    model: Model<GeneratorDescriptor>,
    options: SessionOptions = {},
    makesBytes = (options.provider ?? 'cpu') !== 'cpu' && model.descriptor.diffusion === undefined,
  ): Promise<Generator> {
    const { descriptor } = model
    const extend = makesBytes ? (graph: Graph) => addColourBytes(graph, descriptor.output) : undefined
    return new Generator(descriptor, await openGeneratorNetwork(model, options, extend), makesBytes)
  }

  /**
   * Runs one batch. The pixels are good until the next call.
   * @param nameOf what messages call an image of the batch
   * @throws InputError where the network gives numbers that are not finite
   */
  async run(batch: GeneratorBatch, nameOf: (index: number) => string): Promise<GeneratedPixels> {
    const [height, width] = this.descriptor.output.size
    if (this.#room?.size !== batch.size) this.#room = this.#roomFor(batch.size)
    const room = this.#room
    await this.network.run(this.#inputs(batch), room.outputs)
    return { width, height, data: room.pixels(nameOf) }
  }

  #roomFor(size: number): Room {
    const { output } = this.descriptor
    if (this.makesBytes) {
      const bytes = new ColourBytes(output, size)
      return { size, outputs: bytes.outputs, pixels: (nameOf) => bytes.take(nameOf) }
    }
    const [height, width] = output.size
    const converter = new PixelConverter(output, size, height * width)
    const image = runtimeTensor('float32', converter.values, [size, 3, height, width])
    return { size, outputs: { [output.name]: image }, pixels: (nameOf) => converter.convert(nameOf) }
  }

  #inputs({ size, vectors, drawn }: GeneratorBatch): Tensors {
    const { name, size: width } = this.descriptor.input
    return { [name]: runtimeTensor('float32', vectors, [size, width]), ...drawn }
  }

  async close(): Promise<void> {
    await this.network.close()
  }
}
