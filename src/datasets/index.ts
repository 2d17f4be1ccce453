/**
 * Training datasets: image folders, WebDataset, RecordIO and LMDB, told from their content, read and written.
 *
 * @example
 * import { openDataset } from 'vec2face-bench/datasets'
 *
 * const dataset = await openDataset('hsface10k')
 * for await (const { identity, image, bytes } of dataset.records()) console.log(identity, image, bytes.length)
 *
 * @module
 */
export type { DatasetReader, DatasetRecord, DatasetWriter, ReadOptions } from './dataset.js'
export { fingerprintDataset } from './dataset-fingerprint.js'
export type { DatasetFormatDeclaration, OpenDatasetOptions } from './dataset-format.js'
export { DATASET_FORMAT_LIST, DATASET_FORMATS, type DatasetFormat, datasetFormat } from './formats.js'
export { type DatasetSummary, inspectDataset, writeIdentitySheet } from './inspect-dataset.js'
export { openDataset } from './open-dataset.js'
export { firstImagesOf, imagesAt } from './picked-images.js'
