import { LEAVE_OUT } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { EncodedImage, RawPixels } from '../images/image.js'
import { decodeImage } from '../images/image-decoding.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { runtimeTensor } from '../onnx/runtime.js'
import { lookAhead } from '../threads/look-ahead.js'
import { compilePreprocessing, inputLength } from './preprocessing.js'

/** An image on its way into a network. `where` is what messages call it. */
export interface NamedImage {
  readonly image: EncodedImage | RawPixels
  readonly where: string
  /** why its bytes can't be read, where that is known */
  readonly problem?: { readonly what: string; readonly where: string; readonly remedy: string }
}

/** An image that was left out because it doesn't decode. */
export interface LeftOutImage {
  readonly index: number
  readonly where: string
  readonly reason: string
}

/** Features of consecutive images: `count` images from `start` on, a row each but for those left out. */
export interface FeatureBatch {
  readonly start: number
  readonly count: number
  readonly leftOut: readonly LeftOutImage[]
  /** of the images as they are, where asked for */
  readonly plain?: Float32Array
  /** of the mirrored images, where asked for */
  readonly mirrored?: Float32Array
}

export interface InferenceOptions {
  readonly plain: boolean
  readonly mirrored: boolean
  /** images a call; the descriptor's limits hold */
  readonly batch?: number
  /** leave out images that don't decode, instead of ending at the first */
  readonly skipUnreadable?: boolean
}

/** Batches that are being decoded while another runs. */
const AHEAD = 2

interface Prepared {
  readonly start: number
  readonly count: number
  readonly leftOut: readonly LeftOutImage[]
  readonly plain?: Float32Array
  readonly mirrored?: Float32Array
}

/**
 * Runs a network over images, in order. While one batch is in the network the next ones are decoded and prepared,
 * so decoding costs no time of its own; at most three batches are in memory.
 *
 * @param read the image at an index, or a promise of it
 * @throws InputError at the first image that can't be read, decoded or fitted
 */
export async function* inferFeatures(
  session: ModelSession<ImageModelDescriptor>,
  read: (index: number) => Promise<NamedImage>,
  range: { readonly start: number; readonly end: number },
  options: InferenceOptions,
): AsyncGenerator<FeatureBatch> {
  const { descriptor } = session.model
  const { min, max } = descriptor.batch
  const size = Math.min(max, Math.max(min, options.batch ?? 32))
  const preprocess = compilePreprocessing(descriptor.input)
  const length = inputLength(descriptor.input)

  const prepare = async (start: number): Promise<Prepared> => {
    const count = Math.min(size, range.end - start)
    // A network of fixed batch size gets its last batch filled up with zeros.
    const room = Math.max(count, min) * length
    const plain = options.plain ? new Float32Array(room) : undefined
    const mirrored = options.mirrored ? new Float32Array(room) : undefined
    const leftOut: LeftOutImage[] = []
    await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const named = await read(start + i)
        const { where } = named
        const pixels = await decode(named, options.skipUnreadable === true)
        if (pixels instanceof InputError) {
          leftOut.push({ index: start + i, where, reason: pixels.what })
          return
        }
        if (plain !== undefined) preprocess(pixels, false, plain, i, where)
        if (mirrored !== undefined) preprocess(pixels, true, mirrored, i, where)
      }),
    )
    leftOut.sort((a, b) => a.index - b.index)
    return { start, count, leftOut, ...(plain && { plain }), ...(mirrored && { mirrored }) }
  }

  function* jobs() {
    for (let start = range.start; start < range.end; start += size) yield () => prepare(start)
  }
  for await (const batch of lookAhead(jobs(), AHEAD)) {
    const { start, count, leftOut } = batch
    const run = async (inputs: Float32Array) =>
      withoutRows(await runBatch(session, inputs, count), descriptor.output.size, start, leftOut)
    const plain = batch.plain && (await run(batch.plain))
    const mirrored = batch.mirrored && (await run(batch.mirrored))
    yield { start, count, leftOut, ...(plain && { plain }), ...(mirrored && { mirrored }) }
  }
}

/** The pixels of an image; where it may be left out, why there are none. */
async function decode(
  { image, where, problem }: NamedImage,
  mayFail: boolean,
): Promise<RawPixels | InputError> {
  if (problem !== undefined) {
    const error = new InputError(problem.what, problem.where, problem.remedy)
    if (mayFail) return error
    throw error
  }
  if (image.kind === 'pixels') return image
  try {
    return await decodeImage(image.bytes, where)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    if (mayFail) return error
    throw new InputError(error.what, error.where, `${error.remedy}, or ${LEAVE_OUT}`, { cause: error })
  }
}

/** The rows of the images that were not left out. */
function withoutRows(
  rows: Float32Array,
  size: number,
  start: number,
  leftOut: readonly LeftOutImage[],
): Float32Array {
  if (leftOut.length === 0) return rows
  const out = new Set(leftOut.map(({ index }) => index - start))
  const kept = new Float32Array(rows.length - out.size * size)
  for (let row = 0, to = 0; row * size < rows.length; row++) {
    if (out.has(row)) continue
    kept.set(rows.subarray(row * size, (row + 1) * size), to)
    to += size
  }
  return kept
}

async function runBatch(
  session: ModelSession<ImageModelDescriptor>,
  batch: Float32Array,
  count: number,
): Promise<Float32Array> {
  const { input, output } = session.model.descriptor
  const [height, width] = input.size
  const rows = batch.length / inputLength(input)
  const shape = input.layout === 'NCHW' ? [rows, 3, height, width] : [rows, height, width, 3]
  const results = await session.run({ [input.name]: runtimeTensor('float32', batch, shape) })
  const feature = results[output.name].data as Float32Array
  if (feature.length !== rows * output.size) {
    throw new InputError(
      `the network gave ${feature.length} numbers for ${rows} images, the descriptor says ${output.size} each`,
      session.model.path,
      'correct output.size in the descriptor',
    )
  }
  const norm =
    'norm' in output && output.norm !== undefined ? (results[output.norm].data as Float32Array) : undefined
  if (norm !== undefined)
    for (let i = 0; i < feature.length; i++) feature[i] *= norm[Math.floor(i / output.size)]
  return feature.subarray(0, count * output.size)
}
