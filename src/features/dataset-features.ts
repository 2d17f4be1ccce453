import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { ImagesDone } from './images-done.js'
import type { LeftOutImage, NamedImage } from './inference.js'
import { inferInOrder } from './parallel-inference.js'

/** Features of consecutive images of a dataset, and the identities that the images belong to. */
export interface LabelledFeatures {
  /** images that were read for it, those left out among them */
  readonly read: number
  /** of the dataset's images by their place */
  readonly leftOut: readonly LeftOutImage[]
  readonly identities: readonly number[]
  /** `identities.length` rows of the network's output size */
  readonly features: Float32Array
  /** of all images of the dataset up to these */
  readonly digest: Buffer
}

/** The number of images; where the format doesn't tell it, all are read once. */
export async function imageCountOf(dataset: DatasetReader): Promise<number> {
  if (dataset.imageCount !== undefined) return dataset.imageCount
  if (dataset.countImages !== undefined) return dataset.countImages()
  let count = 0
  for await (const _ of dataset.records()) count++
  return count
}

/**
 * Runs a network over the images `start` .. `end` of a dataset, in the dataset's order. Memory: three batches of images,
 * or 32 images a thread.
 * @throws InputError at an image that can't be read or decoded (unless those are to be left out) or fitted, and where
 * the dataset ends before `end`
 */
export async function* datasetFeatures(
  session: ModelSession<ImageModelDescriptor>,
  dataset: DatasetReader,
  range: { readonly start: number; readonly end: number },
  options: { readonly batch?: number; readonly skipUnreadable?: boolean } = {},
): AsyncGenerator<LabelledFeatures> {
  const records = dataset.records({ keepUnreadable: options.skipUnreadable === true })
  const images = new ImagesDone()
  for (let skipped = 0; skipped < range.start; skipped++) {
    const { value, done } = await records.next()
    if (done !== true) images.add(value)
  }
  const digests: Buffer[] = []
  const identities: number[] = []
  // Images are asked for in order, so the records come one after another.
  let last: Promise<unknown> = Promise.resolve()
  const read = (): Promise<NamedImage> => {
    const next = last.then(async (): Promise<NamedImage> => {
      const { value, done } = await records.next()
      if (done === true)
        throw new InputError('the dataset ends early', dataset.path, 'check that writing it came to an end')
      identities.push(value.identity)
      digests.push(images.add(value))
      const { problem } = value
      return {
        image: { kind: 'encoded', bytes: value.bytes },
        ...(problem !== undefined && {
          problem: { what: problem.what, where: problem.where, remedy: problem.remedy },
        }),
        where: `${dataset.path}: ${value.name ?? `image ${value.image} of identity ${value.identity}`}`,
      }
    })
    last = next.catch(() => {})
    return next
  }
  try {
    const wanted = { plain: true, mirrored: false, ...options }
    for await (const { start, count, plain, leftOut } of inferInOrder(session, read, range, wanted)) {
      const out = new Set(leftOut.map(({ index }) => index - start))
      yield {
        read: count,
        leftOut,
        identities: identities.splice(0, count).filter((_, i) => !out.has(i)),
        features: plain ?? new Float32Array(0),
        digest: digests.splice(0, count)[count - 1],
      }
    }
  } finally {
    await records.return?.()
  }
}
