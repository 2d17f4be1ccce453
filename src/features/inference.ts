import { cores } from '../cores.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { lookAhead } from '../threads/look-ahead.js'
import { openBatchNetwork } from './batch-network.js'
import { openPreparation } from './batch-preparation.js'
import type { LeftOutImage, NamedImage } from './named-image.js'

export type { LeftOutImage, NamedImage } from './named-image.js'

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
  /** threads that decode; none, but this one, where decoding is small beside the network */
  readonly preparationThreads?: number
  /** threads with a network each; none, but the session, on the processor */
  readonly networkThreads?: number
}

/** Batches that are being decoded while another runs. */
const AHEAD = 2
/** Cores of a network on the processor that one thread prepares images for, */
const CORES_A_THREAD = 8
/** and how many it takes for one to be worth it: on fewer the network has the cores, and preparing is little beside it. */
const FEWEST_CORES = 4
const MOST_THREADS = 8

function preparationThreads({ provider, threads }: ModelSession<ImageModelDescriptor>): number {
  if (provider === 'cpu')
    return threads < FEWEST_CORES ? 0 : Math.min(MOST_THREADS, Math.ceil(threads / CORES_A_THREAD))
  return Math.min(MOST_THREADS, cores() - 1)
}

/**
 * Runs a network over images, in order. While one batch is in the network the next ones are decoded and prepared, in threads
 * of their own where the network is fast, and what came out of the last one is used; at most three batches are in memory,
 * five on a GPU.
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
  const preparation = openPreparation(
    { input: descriptor.input, plain: options.plain, mirrored: options.mirrored },
    options.preparationThreads ?? preparationThreads(session),
  )
  // A GPU would try its convolutions anew for a last batch of another size, which takes seconds.
  const least = session.provider === 'cpu' ? min : size
  const network = openBatchNetwork(session, options.networkThreads)
  const { calls } = network
  const running = new Map<number, Promise<unknown>>()
  let ended = false

  /** Waits until a call may begin; the network isn't called once nobody asks any more. */
  const inTurn = async <T>(call: number, run: () => Promise<T>): Promise<T> => {
    await running.get(call - calls)?.catch(() => {})
    if (ended) throw new Error('nobody asks for these features any more')
    running.delete(call - calls)
    return run()
  }
  const features = async (call: number, start: number): Promise<FeatureBatch> => {
    const count = Math.min(size, range.end - start)
    const images = Promise.all(Array.from({ length: count }, (_, i) => read(start + i)))
    const run = (async () => {
      // A network of fixed batch size gets its last batch filled up with zeros.
      const batch = await preparation.prepare(
        await images,
        Math.max(count, least),
        options.skipUnreadable === true,
      )
      const leftOut = batch.leftOut.map((image) => ({ ...image, index: start + image.index }))
      return inTurn(call, async () => {
        const rows = async (inputs: Float32Array) =>
          withoutRows(await network.run(inputs, count), descriptor.output.size, start, leftOut)
        const plain = batch.plain && (await rows(batch.plain))
        const mirrored = batch.mirrored && (await rows(batch.mirrored))
        preparation.giveBack(batch)
        return { start, count, leftOut, ...(plain && { plain }), ...(mirrored && { mirrored }) }
      })
    })()
    running.set(call, run)
    return run
  }
  function* jobs() {
    for (let start = range.start, call = 0; start < range.end; start += size, call++)
      yield () => features(call, start)
  }
  try {
    yield* lookAhead(jobs(), AHEAD + calls)
  } finally {
    ended = true
    await Promise.allSettled(running.values())
    await Promise.all([preparation.close(), network.close()])
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
