import { stat } from 'node:fs/promises'
import { createFolder } from '../bytes/files.js'
import { listFolder } from '../bytes/folder-listing.js'
import type { OpenDatasetOptions } from '../datasets/dataset-format.js'
import { datasetsAmong, openDataset } from '../datasets/open-dataset.js'
import { asInputError, InputError } from '../errors.js'
import { TEST_SET_FORMATS } from '../test-sets/formats.js'
import { recogniseTestSet } from '../test-sets/recognise-test-set.js'
import { tellsCase } from './crop-names.js'
import { datasetPhotographs } from './dataset-photographs.js'
import { folderPhotographs } from './folder-photographs.js'
import { listPhotographs } from './list-photographs.js'
import type { Photographs } from './photographs.js'

export interface OpenPhotographsOptions extends OpenDatasetOptions {
  /** the folder that a list's paths begin in */
  readonly images?: string | undefined
  /** the folder of the crops */
  readonly out: string
}

/** What `generate dataset` writes into its folder. */
const RUN = 'run.json'

/**
 * Opens photographs: a folder of them, with folders in it or not; those that a list of pairs names; a training dataset.
 * @throws InputError where a path is none of them, or images of a list are missing
 */
export async function openPhotographs(path: string, options: OpenPhotographsOptions): Promise<Photographs> {
  await createFolder(options.out)
  const apart = await tellsCase(options.out)
  if (await isFolder(path)) {
    const { entries } = await listFolder(path)
    const names = entries.map(({ name }) => name)
    return names.includes(RUN) || datasetsAmong(names).length > 0
      ? datasetPhotographs(await openDataset(path, options))
      : folderPhotographs(path, options.out, apart)
  }
  const dataset = await openDataset(path, options).catch((error: unknown) => {
    if (error instanceof InputError) return error
    throw error
  })
  if (!(dataset instanceof InputError)) return datasetPhotographs(dataset)
  const format = await recogniseTestSet(path, TEST_SET_FORMATS).catch(() => undefined)
  if (format === undefined) throw dataset
  if (format.list === undefined)
    throw new InputError(
      `the images of ${format.hint} have no names that crops could get`,
      path,
      `unpack it: vec2face-bench datasets convert ${path} --to csv --out FOLDER, then align FOLDER/images`,
    )
  return listPhotographs(await format.list(path), { listPath: path, folder: options.images }, apart)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw asInputError(error, path)
  }
}
