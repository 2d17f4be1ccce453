import type { DatasetFormatDeclaration } from './dataset-format.js'
import { folder } from './image-folder/format.js'
import { lmdb } from './lmdb/format.js'
import { recordio } from './recordio/format.js'
import { webdataset } from './webdataset/format.js'

/** The forms in which the field shares training datasets. A new one is a line here. */
const FORMATS = [folder, webdataset, recordio, lmdb] as const

export type DatasetFormat = (typeof FORMATS)[number]['id']

/** All of them by id, in the order of help and messages. */
export const DATASET_FORMATS: readonly DatasetFormat[] = FORMATS.map(({ id }) => id)

export const DATASET_FORMAT_LIST: readonly DatasetFormatDeclaration<DatasetFormat>[] = FORMATS

/** A form by its id. */
export function datasetFormat(id: DatasetFormat): DatasetFormatDeclaration<DatasetFormat> {
  return FORMATS.find((format) => format.id === id) ?? folder
}
