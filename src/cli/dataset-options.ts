import type { Command } from 'commander'
import type { DatasetReader } from '../datasets/dataset.js'
import type { OpenDatasetOptions } from '../datasets/dataset-format.js'
import { openDataset } from '../datasets/open-dataset.js'
import { ReadableDataset } from '../datasets/readable-dataset.js'
import type { PassedOverFiles } from '../images/passed-over.js'
import { log } from './output.js'

/** How images are read from datasets, wherever they are. */
export interface DatasetFlags {
  skipUnreadable?: boolean
  imageField?: string
}

/** Adds what every command can be told that reads a dataset's images. */
export function addDatasetOptions(command: Command): Command {
  return command
    .option('--skip-unreadable', 'leave out images that do not decode; they are counted and named')
    .option('--image-field <name>', 'of a WebDataset whose samples hold several images: the one to take')
}

/** The flags as functions take them. What had to be chosen is said on stderr. */
export function datasetOptions({ skipUnreadable, imageField }: DatasetFlags): OpenDatasetOptions & {
  readonly skipUnreadable: boolean
} {
  return { skipUnreadable: skipUnreadable === true, imageField, note: log }
}

/** Opens a dataset as the flags say. @throws InputError */
export async function openFlaggedDataset(path: string, flags: DatasetFlags): Promise<DatasetReader> {
  const whole = await openDataset(path, datasetOptions(flags))
  return flags.skipUnreadable === true ? new ReadableDataset(whole) : whole
}

/** What was passed over and left out, where there was anything. */
export interface LeftOut {
  readonly passedOver?: PassedOverFiles | undefined
  readonly unreadable?: PassedOverFiles | undefined
}

/** Says on stderr what was passed over and left out. */
export function logLeftOut(where: string, { passedOver, unreadable }: LeftOut): void {
  const lines = [passedOver?.describe('passed over', 'file'), unreadable?.describe('left out', 'image')]
  for (const line of lines) if (line !== undefined) log(`${where}: ${line}`)
}

/** The same for JSON: how many, why, and the first names. */
export function leftOutJson({ passedOver, unreadable }: LeftOut): object {
  return {
    ...(passedOver !== undefined && passedOver.count > 0 && { passedOver: countsOf(passedOver) }),
    ...(unreadable !== undefined && unreadable.count > 0 && { unreadable: countsOf(unreadable) }),
  }
}

const countsOf = ({ count, reasons, first }: PassedOverFiles) => ({
  files: count,
  reasons: Object.fromEntries(reasons),
  first,
})
