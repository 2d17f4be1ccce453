import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../bytes/files.js'
import type { Progress } from '../progress.js'
import { type DatasetFormat, datasetFormat } from './formats.js'
import { openDataset } from './open-dataset.js'
import { ReadableDataset } from './readable-dataset.js'

/** A dataset on disk, and how it is read. */
export interface StoredDataset {
  readonly path: string
  readonly reading?: {
    readonly skipUnreadable?: boolean | undefined
    readonly imageField?: string | undefined
  }
  readonly images: number
}

/**
 * A dataset in a form that others read: as it lies there where it has that form, else written anew, once.
 * @param folder where a new one goes
 * @returns path of the file or folder @throws InputError
 */
export async function convertDataset(
  { path, reading = {}, images }: StoredDataset,
  form: DatasetFormat,
  folder: string,
  progress: Progress,
): Promise<string> {
  const { outputName, create } = datasetFormat(form)
  const ready = await inForm(path, form)
  if (ready !== undefined && reading.skipUnreadable !== true) return ready
  const out = join(folder, outputName)
  if (await exists(out)) return out
  const temporary = join(folder, `unfinished-${outputName}`)
  await rm(temporary, { recursive: true, force: true })
  const opened = await openDataset(path, reading)
  const dataset = reading.skipUnreadable === true ? new ReadableDataset(opened) : opened
  progress.start(`${path} as ${form}`, images, 'images')
  try {
    const writer = await create(temporary)
    let done = 0
    for await (const record of dataset.records()) {
      await writer.write(record)
      if (++done % 512 === 0) progress.update(done)
    }
    await writer.close()
  } finally {
    progress.stop()
    await dataset.close()
  }
  await rename(temporary, out)
  return out
}

/** The file or folder in which a dataset has a form already. */
async function inForm(path: string, form: DatasetFormat): Promise<string | undefined> {
  const { outputName } = datasetFormat(form)
  const made = join(path, outputName)
  if ((await exists(join(path, 'manifest.json'))) && (await exists(made))) return made
  const dataset = await openDataset(path)
  await dataset.close()
  return dataset.format === form ? path : undefined
}
