import { once } from 'node:events'
import { statSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { InputError } from '../errors.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { lookAhead } from '../threads/look-ahead.js'
import { startThread } from '../threads/worker-thread.js'
import { type FeatureBatch, type InferenceOptions, inferFeatures, type NamedImage } from './inference.js'
import type { InferenceAnswer, InferenceThreadData } from './inference-thread.js'

/** Images of one job: few enough that the last thread to finish keeps nobody waiting long. */
const JOB = 16
const JOBS_AHEAD = 2
/** Each thread holds the network; larger ones gain nothing, since decoding is small beside their inference. */
const LARGEST_NETWORK = 32 * 2 ** 20
/** Below this, starting threads costs more than they save. */
const FEWEST_IMAGES = 256

/**
 * Features of images, in order, as {@link inferFeatures}. Small networks on the processor run side by side in
 * threads of their own, each on one core with its own images: decoding then shares the cores evenly with inference,
 * where one call on all cores would wait for the core that decodes.
 */
export function inferInOrder(
  session: ModelSession<ImageModelDescriptor>,
  read: (index: number) => Promise<NamedImage>,
  range: { readonly start: number; readonly end: number },
  options: InferenceOptions,
): AsyncGenerator<FeatureBatch> {
  const small = statSync(session.model.path).size <= LARGEST_NETWORK
  const worth = session.provider === 'cpu' && session.threads > 1 && range.end - range.start >= FEWEST_IMAGES
  return small && worth
    ? inferInThreads(session, read, range, options)
    : inferFeatures(session, read, range, options)
}

async function* inferInThreads(
  session: ModelSession<ImageModelDescriptor>,
  read: (index: number) => Promise<NamedImage>,
  range: { readonly start: number; readonly end: number },
  options: InferenceOptions,
): AsyncGenerator<FeatureBatch> {
  const { model, provider, threads } = session
  const workerData: InferenceThreadData = { model, provider, options }
  const pool = Array.from(
    { length: threads },
    () => new InferenceThread(startThread('inference-thread', import.meta.url, { workerData })),
  )
  const submit = async (start: number, thread: InferenceThread): Promise<FeatureBatch> => {
    const count = Math.min(JOB, range.end - start)
    const images = await Promise.all(
      Array.from({ length: count }, async (_, i) => detached(await read(start + i))),
    )
    const { plain, mirrored, leftOut } = await thread.infer(images)
    return {
      start,
      count,
      leftOut: leftOut.map((image) => ({ ...image, index: start + image.index })),
      ...(plain && { plain }),
      ...(mirrored && { mirrored }),
    }
  }
  function* jobs() {
    let turn = 0
    for (let start = range.start; start < range.end; start += JOB) {
      const thread = pool[turn++ % pool.length]
      yield () => submit(start, thread)
    }
  }
  try {
    yield* lookAhead(jobs(), JOBS_AHEAD * pool.length)
  } finally {
    await Promise.all(pool.map((thread) => thread.close()))
  }
}

/** The image in memory of its own: a message takes the whole buffer along that a view looks at. */
function detached({ image, ...rest }: NamedImage): NamedImage {
  return image.kind === 'pixels'
    ? { ...rest, image: { ...image, data: Uint8Array.from(image.data) } }
    : { ...rest, image: { ...image, bytes: Uint8Array.from(image.bytes) } }
}

type JobRows = Pick<FeatureBatch, 'plain' | 'mirrored' | 'leftOut'>

interface Waiting {
  readonly resolve: (rows: JobRows) => void
  readonly reject: (error: unknown) => void
}

/** A thread with a network, asked by messages. */
class InferenceThread {
  readonly #waiting = new Map<number, Waiting>()
  #jobs = 0
  readonly #ended: Promise<unknown>

  constructor(private readonly worker: Worker) {
    this.#ended = once(worker, 'exit').catch(() => {})
    worker.on('message', (answer: InferenceAnswer) => {
      const waiting = this.#waiting.get(answer.job)
      this.#waiting.delete(answer.job)
      if ('refused' in answer) {
        const { what, where, remedy } = answer.refused
        waiting?.reject(new InputError(what, where, remedy))
      } else if ('failed' in answer) waiting?.reject(answer.failed)
      else waiting?.resolve(answer)
    })
    worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values()) reject(error)
    })
  }

  infer(images: readonly NamedImage[]): Promise<JobRows> {
    return new Promise((resolve, reject) => {
      const job = this.#jobs++
      this.#waiting.set(job, { resolve, reject })
      this.worker.postMessage({ job, images })
    })
  }

  /** Lets the thread end by itself: one that is stopped inside the network takes the process with it. */
  async close(): Promise<void> {
    this.worker.postMessage('close')
    await this.#ended
  }
}
