import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type Provider } from '../models/session.js'
import { serveThread } from '../threads/thread-side.js'
import { type InferenceOptions, inferFeatures, type LeftOutImage, type NamedImage } from './inference.js'

/** What a thread is started with. */
export interface InferenceThreadData {
  readonly model: Model<ImageModelDescriptor>
  readonly provider: Provider
  readonly options: InferenceOptions
}

/** The features of some consecutive images, rows of the model's size. */
export interface ThreadFeatures {
  readonly plain?: Float32Array
  readonly mirrored?: Float32Array
  /** by their place among the images */
  readonly leftOut: readonly LeftOutImage[]
}

serveThread(async ({ model, provider, options }: InferenceThreadData) => {
  const session = await ModelSession.open(model, { provider, threads: 1 })
  return {
    do: (images: readonly NamedImage[]) => featuresOf(session, images, options),
    close: () => session.close(),
  }
})

async function featuresOf(
  session: ModelSession<ImageModelDescriptor>,
  images: readonly NamedImage[],
  options: InferenceOptions,
): Promise<ThreadFeatures> {
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
    leftOut,
    ...(plain && { plain: plain.subarray(0, end) }),
    ...(mirrored && { mirrored: mirrored.subarray(0, end) }),
  }
}
