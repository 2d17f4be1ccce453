import type { OpenDatasetOptions } from '../datasets/dataset-format.js'
import type { PassedOverFiles } from '../images/passed-over.js'
import type { ImageSource } from './extraction.js'

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
