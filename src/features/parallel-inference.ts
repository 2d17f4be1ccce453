import { statSync } from 'node:fs'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { lookAhead } from '../threads/look-ahead.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { type FeatureBatch, type InferenceOptions, inferFeatures } from './inference.js'
import type { InferenceThreadData, ThreadFeatures } from './inference-thread.js'
import { detached, type NamedImage } from './named-image.js'

/** Images of one job: few enough that the last thread to finish keeps nobody waiting long. */
const JOB = 16
const JOBS_AHEAD = 2
/** Networks of so many bytes are opened once for each thread, */
const LARGEST_COPIED = 32 * 2 ** 20
/** and larger ones where all copies together take no more than this, which is so on few cores only. */
const LARGEST_COPIES = 256 * 2 ** 20
/** Below this, starting threads costs more than they save. */
const FEWEST_IMAGES = 256

/**
 * Features of images, in order, as {@link inferFeatures}. Networks on the processor that memory takes a copy of for
 * each core run side by side in threads of their own, each on one core with its own images: decoding then shares the cores evenly
 * with inference, where one call on all cores would wait for the core that decodes.
 */
export function inferInOrder(
  session: ModelSession<ImageModelDescriptor>,
  read: (index: number) => Promise<NamedImage>,
  range: { readonly start: number; readonly end: number },
  options: InferenceOptions,
): AsyncGenerator<FeatureBatch> {
  const { size } = statSync(session.model.path)
  const copied = size <= LARGEST_COPIED || size * session.threads <= LARGEST_COPIES
  const worth = session.provider === 'cpu' && session.threads > 1 && range.end - range.start >= FEWEST_IMAGES
  return copied && worth
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
  const data: InferenceThreadData = { model, provider, options }
  const pool = new ThreadPool<readonly NamedImage[], ThreadFeatures>({
    file: 'inference-thread',
    from: import.meta.url,
    threads,
    data,
  })
  const submit = async (start: number): Promise<FeatureBatch> => {
    const count = Math.min(JOB, range.end - start)
    const images = await Promise.all(
      Array.from({ length: count }, async (_, i) => detached(await read(start + i))),
    )
    const { leftOut, ...rows } = await pool.run(images)
    return {
      start,
      count,
      ...rows,
      leftOut: leftOut.map((image) => ({ ...image, index: start + image.index })),
    }
  }
  function* jobs() {
    for (let start = range.start; start < range.end; start += JOB) yield () => submit(start)
  }
  try {
    yield* lookAhead(jobs(), JOBS_AHEAD * threads)
  } finally {
    await pool.close()
  }
}
