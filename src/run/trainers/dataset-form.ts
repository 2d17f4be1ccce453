import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../bytes/files.js'
import { temporaryBeside } from '../../bytes/temporary.js'
import { convertDataset } from '../../datasets/convert-dataset.js'
import { type DatasetFormat, datasetFormat } from '../../datasets/formats.js'
import { openDataset } from '../../datasets/open-dataset.js'
import { ReadableDataset } from '../../datasets/readable-dataset.js'
import type { Progress } from '../../progress.js'
import type { TrainedOn } from './trainer.js'

/**
 * A dataset in a form that others read: as it lies there where it has that form, else written anew, once.
 * @param folder where a new one goes
 * @returns path of the file or folder @throws InputError
 */
export async function datasetInForm(
  { path, reading = {} }: TrainedOn,
  form: DatasetFormat,
  folder: string,
  { progress, log }: { readonly progress: Progress; readonly log: (line: string) => void },
): Promise<string> {
  const { outputName, create } = datasetFormat(form)
  const ready = reading.skipUnreadable === true ? undefined : await inForm(path, form)
  if (ready !== undefined) return ready
  const out = join(folder, outputName)
  if (await exists(out)) return out
  const temporary = await temporaryBeside(out)
  const opened = await openDataset(path, { ...reading, note: log })
  const dataset = reading.skipUnreadable === true ? new ReadableDataset(opened) : opened
  try {
    const sortingFolder = await temporaryBeside(join(folder, 'sorting'))
    await convertDataset(dataset, await create(temporary), { progress, note: log, sortingFolder })
  } finally {
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
