import { InputError } from '../errors.js'
import { imageCountOf } from '../features/dataset-features.js'
import { brightnesses, imageMeasures } from '../features/image-measures.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession } from '../models/session.js'
import { type DatasetFlags, openFlaggedDataset } from './dataset-options.js'
import { type NetworkFlags, sessionOf } from './options.js'
import { log } from './output.js'

/** Numbers of each image by name: brightness, and what quality and pose models say. */
export interface ImageColumns {
  readonly labels: Int32Array
  readonly columns: ReadonlyMap<string, Float64Array>
}

/**
 * Looks at the images that features were made of, once for their identities and brightness and once for each model.
 * @param images how many features there are
 * @throws InputError where there are more or fewer images
 */
export async function lookAtImages(
  path: string,
  models: readonly string[],
  images: number,
  flags: DatasetFlags & NetworkFlags,
): Promise<ImageColumns> {
  const dataset = await openFlaggedDataset(path, flags)
  try {
    const count = await imageCountOf(dataset)
    if (count !== images) {
      const remedy = 'give the dataset that the features were made of'
      throw new InputError(`${count} images, the features have ${images}`, path, remedy)
    }
    const labels = new Int32Array(images)
    let at = 0
    for await (const { identity } of dataset.records()) labels[at++] = identity
    const columns = new Map([['brightness', await brightnesses(dataset, images)]])
    for (const file of models) {
      const session = await ModelSession.open(
        requireRole(await loadModel(file), 'quality', 'pose'),
        sessionOf(flags),
      )
      try {
        log(`${session.model.descriptor.name} on ${path}`)
        for (const [name, values] of await imageMeasures(session, dataset, images)) columns.set(name, values)
      } finally {
        await session.close()
      }
    }
    return { labels, columns }
  } finally {
    await dataset.close()
  }
}
