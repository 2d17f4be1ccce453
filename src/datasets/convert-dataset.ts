import { rm } from 'node:fs/promises'
import { type Progress, silent } from '../progress.js'
import type { DatasetReader, DatasetRecord, DatasetWriter } from './dataset.js'
import { ImageFolderReader } from './image-folder/reader.js'
import { ImageFolderWriter } from './image-folder/writer.js'

export interface ConvertDatasetOptions {
  readonly progress?: Progress
  /** told what changes on the way */
  readonly note?: (line: string) => void
  /** a folder for images that have to be sorted, used and removed where a dataset is shuffled */
  readonly sortingFolder: string
}

/** What was written. */
export interface ConvertedDataset {
  readonly images: number
  readonly identities: number
}

/** What a first reading tells of the records' order. */
interface Order {
  readonly images: number
  /** identities ascend, and their images */
  readonly sorted: boolean
}

/**
 * Writes a dataset's images in another form: the bytes of each as they are, labels as they are. Memory does not grow with
 * the images. Writers want identities one after another, so a shuffled dataset is sorted through a folder on the disk
 * first, which takes its size again.
 * @throws InputError where a record can't be read
 */
export async function convertDataset(
  dataset: DatasetReader,
  writer: DatasetWriter,
  { progress = silent, note = () => {}, sortingFolder }: ConvertDatasetOptions,
): Promise<ConvertedDataset> {
  const order = await orderOf(dataset)
  if (order.sorted) return copy(dataset, (record) => record.identity, writer, order.images, progress)
  note(
    `${dataset.path}: images of an identity do not follow one another; they are sorted through ${sortingFolder}`,
  )
  try {
    const labels = await spread(dataset, sortingFolder, order.images, progress)
    const sorted = await ImageFolderReader.open(sortingFolder)
    return await copy(sorted, ({ identity }) => labels[identity], writer, order.images, progress)
  } finally {
    await rm(sortingFolder, { recursive: true, force: true })
  }
}

/** A form that keeps identities together needs no look; another is read once. */
async function orderOf(dataset: DatasetReader): Promise<Order> {
  if (dataset.grouped) {
    const images = dataset.imageCount ?? (await dataset.countImages?.())
    if (images !== undefined && dataset.format === 'folder') return { images, sorted: true }
  }
  let images = 0
  let sorted = true
  let last = -1
  for await (const { identity } of dataset.records()) {
    if (identity < last) sorted = false
    last = identity
    images++
  }
  return { images, sorted }
}

async function copy(
  dataset: DatasetReader,
  labelOf: (record: DatasetRecord) => number,
  writer: DatasetWriter,
  total: number,
  progress: Progress,
): Promise<ConvertedDataset> {
  let images = 0
  let identities = 0
  let last = -1
  progress.start(`Converting ${dataset.path}`, total, 'images')
  try {
    for await (const record of dataset.records()) {
      const identity = labelOf(record)
      if (identity !== last) identities++
      last = identity
      await writer.write({ ...record, identity })
      progress.update(++images)
    }
    await writer.close()
  } finally {
    progress.stop()
  }
  return { images, identities }
}

/** Puts each image into the folder of its identity, in the order of coming. @returns the labels, ascending */
async function spread(
  dataset: DatasetReader,
  folder: string,
  total: number,
  progress: Progress,
): Promise<number[]> {
  await rm(folder, { recursive: true, force: true })
  const labels = new Set<number>()
  let done = 0
  progress.start(`Sorting ${dataset.path}`, total, 'images')
  try {
    for await (const record of dataset.records()) {
      labels.add(record.identity)
      // A writer of one record each: they come in any order.
      await (await ImageFolderWriter.create(folder)).write(record)
      progress.update(++done)
    }
  } finally {
    progress.stop()
  }
  return [...labels].sort((a, b) => a - b)
}
