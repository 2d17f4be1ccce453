import { openDataset } from '../datasets/open-dataset.js'
import { DatasetImages } from './dataset-images.js'
import type { ImageSet, ImageSetOptions } from './image-set.js'
import { looseImages, openLooseImages } from './loose-images.js'

/**
 * Opens a folder of images, or a training dataset of any form. Everything is read once for the fingerprint, which is
 * that of the images that are kept.
 * @throws InputError where it is neither, may be both, or an image can't be read
 */
export async function openImageSet(path: string, options: ImageSetOptions = {}): Promise<ImageSet> {
  const skip = options.skipUnreadable === true
  const listing = await looseImages(path)
  return listing === undefined
    ? DatasetImages.open(await openDataset(path, options), skip)
    : openLooseImages(path, listing, skip)
}
