import type { OpenDatasetOptions } from '../datasets/dataset-format.js'
import { openDataset } from '../datasets/open-dataset.js'
import type { PassedOverFiles } from '../images/passed-over.js'
import { DatasetImages } from './dataset-images.js'
import type { ImageSource } from './extraction.js'
import { looseImages, openLooseImages } from './loose-images.js'

/** Images whose labels don't matter: a folder of images, as pytorch-fid takes, or a training dataset of any form. */
export interface ImageSet extends ImageSource {
  /** files that are no images */
  readonly passedOver: PassedOverFiles
  /** images that don't decode, where they were to be left out */
  readonly unreadable: PassedOverFiles
  close(): Promise<void>
}

export interface ImageSetOptions extends OpenDatasetOptions {
  /** leave out the images that don't decode; costs a decoding of each */
  readonly skipUnreadable?: boolean | undefined
}

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
