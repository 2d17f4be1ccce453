import { rm } from 'node:fs/promises'
import type { DatasetReader } from '../datasets/dataset.js'
import type { PassedOverFiles } from '../images/passed-over.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js'
import { datasetFeatures, imageCountOf } from './dataset-features.js'
import { type IdentityFeatures, IdentitySums } from './identity-sums.js'
import { ImagesDone } from './images-done.js'
import { SavingPace } from './saving-pace.js'
import { UnreadableImages } from './unreadable-images.js'

export interface IdentityFeatureOptions {
  readonly batch?: number
  readonly progress?: Progress
  /** leave out images that don't decode */
  readonly skipUnreadable?: boolean
  /**
   * where an interrupted run leaves what it has, every half minute or 20,000 images; it is gone when the run is done
   */
  readonly checkpoint?: { readonly path: string; readonly key: string; readonly every?: number }
}

/** What a dataset says of itself is believed up to here. */
const MOST_EXPECTED = 1_000_000

/**
 * The identity features of a dataset: for each identity the mean of its images' features, added up in float64 in the
 * dataset's order, whatever order that is. Memory: 8 bytes a number of an identity feature, and three batches of
 * images; it does not grow with the images.
 *
 * @throws InputError at an image that can't be read, decoded or fitted, and at an identity without an image
 */
export async function identityFeatures(
  session: ModelSession<RecogniserDescriptor>,
  dataset: DatasetReader,
  options: IdentityFeatureOptions = {},
): Promise<IdentityFeatures & { readonly unreadable: PassedOverFiles }> {
  const { progress = silent, checkpoint, skipUnreadable = false } = options
  const size = session.model.descriptor.output.size
  const total = await imageCountOf(dataset)
  const expected = Math.min(dataset.identityCount ?? 0, total, MOST_EXPECTED)
  const sums = new IdentitySums(size, expected)
  // What stands in front of the sums changed once.
  const key = JSON.stringify([3, skipUnreadable, checkpoint?.key])
  const unreadable = new UnreadableImages()
  const pace = new SavingPace()
  let done = 0
  if (checkpoint !== undefined) {
    const found = await readCheckpoint(checkpoint.path, key)
    if (found !== undefined && (await ImagesDone.areSame(dataset, found, skipUnreadable))) {
      const state = found.subarray(ImagesDone.NUMBERS)
      done = sums.restore(state.subarray(unreadable.restore(state)))
    }
  }
  let saved = done
  progress.start(`${session.model.descriptor.name} on ${dataset.path}`, total, 'images')
  try {
    const { batch } = options
    const range = { start: done, end: total }
    const images = datasetFeatures(session, dataset, range, { skipUnreadable, ...(batch && { batch }) })
    for await (const { identities, features, read, leftOut, digest } of images) {
      sums.add(identities, features)
      for (const { index, where, reason } of leftOut) unreadable.add(index, where, reason)
      done += read
      progress.update(done)
      // A checkpoint is as large as the identities are many: with one image each, it would cost more than the images.
      const every = Math.max(checkpoint?.every ?? 20_000, sums.identities)
      if (checkpoint !== undefined && (pace.due || done - saved >= every)) {
        const state = [ImagesDone.state(done, digest), unreadable.state(), ...sums.state(done)]
        await pace.save(() => writeCheckpoint(checkpoint.path, key, state))
        saved = done
      }
    }
  } finally {
    progress.stop()
  }
  const means = sums.means(dataset.path, dataset.identityNames)
  if (checkpoint !== undefined) await rm(checkpoint.path, { force: true })
  return { ...means, unreadable: unreadable.files }
}
