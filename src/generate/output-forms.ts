import type { DatasetFormat, DatasetWriter } from '../datasets/dataset.js'
import { ImageFolderWriter } from '../datasets/image-folder.js'
import { LmdbWriter } from '../datasets/lmdb/writer.js'
import { RecordIoWriter } from '../datasets/recordio/writer.js'
import { WebDatasetWriter } from '../datasets/webdataset/writer.js'

/** How a form of the dataset is written into the output folder. */
export interface OutputForm {
  /** file or folder, once it is whole */
  readonly name: string
  /** its name while it is being written */
  readonly temporary: string
  create(path: string): Promise<DatasetWriter>
}

export const OUTPUT_FORMS: Readonly<Record<DatasetFormat, OutputForm>> = {
  folder: { name: 'folder', temporary: 'folder.tmp', create: (path) => ImageFolderWriter.create(path) },
  webdataset: {
    name: 'webdataset',
    temporary: 'webdataset.tmp',
    create: (path) => WebDatasetWriter.create(path),
  },
  recordio: { name: 'recordio', temporary: 'recordio.tmp', create: (path) => RecordIoWriter.create(path) },
  // Training code knows an LMDB by its ending.
  lmdb: { name: 'dataset.lmdb', temporary: 'dataset.tmp', create: (path) => LmdbWriter.create(path) },
}
