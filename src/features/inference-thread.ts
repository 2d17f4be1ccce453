import { parentPort, workerData } from 'node:worker_threads'
import { InputError } from '../errors.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type Provider } from '../models/session.js'
import { type InferenceOptions, inferFeatures, type LeftOutImage, type NamedImage } from './inference.js'

/** What a thread is started with. */
export interface InferenceThreadData {
  readonly model: Model<ImageModelDescriptor>
  readonly provider: Provider
  readonly options: InferenceOptions
}

/** Some consecutive images, and the number of their job. */
export interface InferenceJob {
  readonly job: number
  readonly images: readonly NamedImage[]
}

/** The features of a job's images, or why there are none. */
export type InferenceAnswer =
  | {
      readonly job: number
      readonly plain?: Float32Array
      readonly mirrored?: Float32Array
      /** by their place in the job */
      readonly leftOut: readonly LeftOutImage[]
    }
  | { readonly job: number; readonly refused: { what: string; where: string; remedy: string } }
  | { readonly job: number; readonly failed: unknown }

if (parentPort !== null) {
  const port = parentPort
  const { model, provider, options } = workerData as InferenceThreadData
  const opening = ModelSession.open(model, { provider, threads: 1 })
  opening.catch(() => {})
  let last: Promise<void> = Promise.resolve()
  port.on('message', (message: InferenceJob | 'close') => {
    last = last.then(async () => {
      const session = await opening.catch(asFailure)
      if (message !== 'close') {
        port.postMessage(await answer(session, message, options))
        return
      }
      if (!('error' in session)) await session.close()
      port.close()
    })
  })
}

/** A session that could not be opened: each job is answered with the reason. */
function asFailure(error: unknown): { readonly error: unknown } {
  return { error }
}

async function answer(
  session: ModelSession<ImageModelDescriptor> | { readonly error: unknown },
  { job, images }: InferenceJob,
  options: InferenceOptions,
): Promise<InferenceAnswer> {
  try {
    if ('error' in session) throw session.error
    const size = session.model.descriptor.output.size
    const plain = options.plain ? new Float32Array(images.length * size) : undefined
    const mirrored = options.mirrored ? new Float32Array(images.length * size) : undefined
    const leftOut: LeftOutImage[] = []
    const read = async (index: number): Promise<NamedImage> => images[index]
    for await (const rows of inferFeatures(session, read, { start: 0, end: images.length }, options)) {
      const to = (rows.start - leftOut.length) * size
      if (rows.plain !== undefined) plain?.set(rows.plain, to)
      if (rows.mirrored !== undefined) mirrored?.set(rows.mirrored, to)
      leftOut.push(...rows.leftOut)
    }
    const end = (images.length - leftOut.length) * size
    return {
      job,
      leftOut,
      ...(plain && { plain: plain.subarray(0, end) }),
      ...(mirrored && { mirrored: mirrored.subarray(0, end) }),
    }
  } catch (error) {
    if (!(error instanceof InputError)) return { job, failed: error }
    const { what, where, remedy } = error
    return { job, refused: { what, where, remedy } }
  }
}
