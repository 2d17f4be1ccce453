import { join } from 'node:path'
import { openDataset } from '../datasets/open-dataset.js'
import { writeImageFeatures } from '../features/image-features.js'
import type { ImagePass } from './image-stage.js'

/** What `features images` does. */
export async function imageFeatures({ session, dataset, batch, folder, progress }: ImagePass): Promise<void> {
  const reader = await openDataset(dataset)
  try {
    await writeImageFeatures(session, reader, join(folder, 'features.npy'), { batch, progress })
  } finally {
    await reader.close()
  }
}
