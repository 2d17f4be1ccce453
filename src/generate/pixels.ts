import ort from 'onnxruntime-node'
import { InputError } from '../errors.js'
import type { GeneratorDescriptor } from '../models/descriptor.js'
import { encodeNetwork } from '../onnx/encode.js'

type Output = Pick<GeneratorDescriptor['output'], 'range' | 'channels'>

const scalar = (name: string) => ({ name, type: 'float32' as const, shape: [] })
const planes = ['images', 'planes', 'height', 'width']

/** The arithmetic of {@link PixelConverter}; `strange` is 0, and NaN where any number is NaN or infinite. */
const NETWORK = encodeNetwork({
  operators: [
    { type: 'Sub', inputs: ['x', 'black'], outputs: ['above black'] },
    { type: 'Div', inputs: ['above black', 'span'], outputs: ['share'] },
    { type: 'Mul', inputs: ['share', 'largest'], outputs: ['level'] },
    { type: 'Clip', inputs: ['level', 'smallest', 'largest'], outputs: ['clipped'] },
    { type: 'Cast', inputs: ['clipped'], outputs: ['bytes'], attributes: { to: 2 } },
    { type: 'Mul', inputs: ['x', 'smallest'], outputs: ['nothing'] },
    { type: 'ReduceSum', inputs: ['nothing'], outputs: ['strange'], attributes: { keepdims: 0 } },
  ],
  inputs: [
    { name: 'x', type: 'float32', shape: planes },
    ...['black', 'span', 'smallest', 'largest'].map(scalar),
  ],
  outputs: [{ name: 'bytes', type: 'uint8', shape: planes }, scalar('strange')],
})

const float = (value: number): ort.Tensor => new ort.Tensor('float32', Float32Array.of(value), [])

/**
 * A generator's output (NCHW) as bytes (NHWC, RGB): `(value - black) / (white - black) * 255` in float32, clipped
 * to 0..255 and cut to whole numbers, not rounded, as the authors' code does. onnxruntime does the arithmetic
 * in vectors of the processor, a third of the time that JavaScript takes.
 */
export class PixelConverter {
  #planar = new Uint8Array(0)
  #pixels = new Uint8Array(0)

  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly output: Output,
  ) {}

  static async open(output: Output): Promise<PixelConverter> {
    const session = await ort.InferenceSession.create(NETWORK, { intraOpNumThreads: 1, logSeverityLevel: 4 })
    return new PixelConverter(session, output)
  }

  /**
   * The bytes are good until the next call.
   * @param image float32 [images, 3, height, width]
   * @param nameOf what messages call an image of the batch
   * @throws InputError where a number is not finite
   */
  async convert(image: ort.Tensor, nameOf: (index: number) => string): Promise<Uint8Array> {
    const { range, channels } = this.output
    const [black, white] = range
    if (this.#planar.length !== image.size) {
      this.#planar = new Uint8Array(image.size)
      this.#pixels = new Uint8Array(image.size)
    }
    const feeds = {
      x: image,
      black: float(black),
      span: float(white - black),
      smallest: float(0),
      largest: float(255),
    }
    const fetches = { bytes: new ort.Tensor('uint8', this.#planar, image.dims), strange: null }
    const { strange } = await this.session.run(feeds, fetches)
    const [, , height, width] = image.dims
    const area = height * width
    if (Number.isNaN(Number(strange.data[0]))) throw noColour(image.data as Float32Array, area, nameOf)
    interleave(this.#planar, area, channels, this.#pixels)
    return this.#pixels
  }

  async close(): Promise<void> {
    await this.session.release()
  }
}

/** Writes planes of `area` bytes, three an image, as RGB triples. */
function interleave(
  planar: Uint8Array,
  area: number,
  channels: Output['channels'],
  pixels: Uint8Array,
): void {
  for (let image = 0; image < planar.length; image += 3 * area) {
    const first = planar.subarray(image, image + area)
    const green = planar.subarray(image + area, image + 2 * area)
    const last = planar.subarray(image + 2 * area, image + 3 * area)
    const [red, blue] = channels === 'RGB' ? [first, last] : [last, first]
    for (let i = 0, at = image; i < area; i++, at += 3) {
      pixels[at] = red[i]
      pixels[at + 1] = green[i]
      pixels[at + 2] = blue[i]
    }
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
