import { noColour } from '../images/pixels.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import { ELEMENT_TYPES } from '../onnx/element-types.js'
import type { Graph } from '../onnx/graph.js'
import { GraphBuilder, type Value } from '../onnx/graph-builder.js'
import { type RuntimeTensor, runtimeTensor } from '../onnx/runtime.js'

type Output = GeneratorDescriptor['output']

/** RGB bytes, [batch, height, width, 3] */
const BYTES = 'colour_bytes'
/** [batch]: 0, or no number where one of an image's is not finite */
const STRANGE = 'strange_colours'

/**
 * Adds to a generator what {@link PixelConverter} makes of its images, by the same arithmetic, so that a GPU gives a quarter of the
 * bytes back and no core turns numbers into colours. The outputs that are there stay.
 */
export function addColourBytes(graph: Graph, { name, range, channels }: Output): void {
  const g = new GraphBuilder('float32', graph)
  const [black, white] = range
  const values = g.cast(name, 'float32')
  const share = g.node('Div', [
    g.node('Sub', [values, g.floats(black)]),
    g.floats(Math.fround(white - black)),
  ])
  const level = g.mul(share, g.floats(255))
  const planes = g.node('Clip', [level, g.floats(0), g.floats(255)])
  const rgb = channels === 'RGB' ? planes : g.node('Gather', [planes, g.ints([2, 1, 0])], { axis: 1 })
  const pixels = g.node('Transpose', [rgb], { perm: [0, 2, 3, 1] })
  const nothing = g.node('ReduceSum', [g.mul(values, g.floats(0)), g.ints([1, 2, 3])], { keepdims: 0 })
  const give = (value: Value, as: string, type: 'uint8' | 'float32', shape: readonly (number | string)[]) => {
    graph.add('Cast', [value], [as], { to: ELEMENT_TYPES[type].code })
    graph.outputs.push({ name: as, type, shape: ['batch', ...shape] })
  }
  give(pixels, BYTES, 'uint8', ['height', 'width', 3])
  give(nothing, STRANGE, 'float32', [])
}

/** Where a network that {@link addColourBytes} extended writes a batch of `size` images. */
export class ColourBytes {
  readonly outputs: Readonly<Record<string, RuntimeTensor>>
  readonly #bytes: Uint8Array
  readonly #strange: Float32Array

  constructor({ size: [height, width] }: Output, size: number) {
    this.#bytes = new Uint8Array(size * height * width * 3)
    this.#strange = new Float32Array(size)
    this.outputs = {
      [BYTES]: runtimeTensor('uint8', this.#bytes, [size, height, width, 3]),
      [STRANGE]: runtimeTensor('float32', this.#strange, [size]),
    }
  }

  /**
   * The bytes of the last call, good until the next.
   * @param nameOf what messages call an image
   * @throws InputError where a number is not finite
   */
  take(nameOf: (index: number) => string): Uint8Array {
    const strange = this.#strange.findIndex((value) => value !== 0)
    if (strange >= 0) throw noColour('NaN or infinity', nameOf(strange))
    return this.#bytes
  }
}
