import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listFolder } from '../bytes/folder-listing.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { asInputError, InputError } from '../errors.js'
import { listImages } from '../images/image-listing.js'
import { PassedOverFiles } from '../images/passed-over.js'
import type { DatasetReader } from './dataset.js'
import type { DatasetFormatDeclaration, OpenDatasetOptions } from './dataset-format.js'
import { DATASET_FORMAT_LIST, datasetFormat } from './formats.js'

const HEAD_BYTES = 512
/** What `generate dataset` writes into its folder when it begins, and when it is done. */
const RUN = 'run.json'
const MANIFEST = 'manifest.json'
/** Which form of a generated dataset is read where there are several: the quickest first. */
const PREFERRED = ['lmdb', 'recordio', 'webdataset', 'folder'] as const
/** Subfolders that are looked into to tell whether a folder holds identities, too. */
const LOOKED_INTO = 3

/** A dataset found in a folder. */
export interface FoundDataset {
  readonly format: DatasetFormatDeclaration
  /** names in the folder */
  readonly files: readonly string[]
}

/**
 * Opens a training dataset, whatever its format: a file by its content, a folder by what it holds. Also the folder of
 * a finished `generate dataset`: of its forms, which have the same images, one is read.
 * @throws InputError where it is none of them, holds several datasets, or no image
 */
export async function openDataset(path: string, options: OpenDatasetOptions = {}): Promise<DatasetReader> {
  const reader = (await isFolder(path)) ? await openFolder(path, options) : await openFile(path, options)
  if (reader.imageCount !== 0) return reader
  await reader.close()
  throw new InputError('the dataset holds no images', path, 'check that writing it came to an end')
}

/** The datasets among the names in a folder, other than its subfolders being identities. */
export function datasetsAmong(names: readonly string[]): FoundDataset[] {
  return DATASET_FORMAT_LIST.flatMap((format) => format.inFolder(names).map((files) => ({ format, files })))
}

/** A few words for messages: `train.rec`, `3 files (a.tar ..)`. */
export function nameDataset({ files }: FoundDataset): string {
  return files.length === 1 ? files[0] : `${files.length} files (${files[0]} ..)`
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw asInputError(error, path)
  }
}

async function openFolder(path: string, options: OpenDatasetOptions): Promise<DatasetReader> {
  const { entries, litter } = await listFolder(path)
  const names = entries.map(({ name }) => name)
  if (names.includes(RUN)) return openRun(path, names, options)
  const found = datasetsAmong(names)
  if (found.length === 0) return datasetFormat('folder').open(path, [], options)
  if (found.length > 1) {
    const kinds = new Set(found.map(({ files }) => files[0].slice(files[0].lastIndexOf('.'))))
    throw new InputError(
      kinds.size === 1
        ? `the folder holds ${found.length} ${[...kinds][0]} files`
        : `the folder holds ${found.map(nameDataset).join(' and ')}`,
      path,
      'name one of them',
    )
  }
  const folders = entries.filter(({ kind }) => kind === 'folder').slice(0, LOOKED_INTO)
  for (const folder of folders) {
    if ((await listImages(folder.path)).images.length > 0) {
      throw new InputError(
        `the folder holds ${nameDataset(found[0])}, and images in ${folder.name}`,
        path,
        `name ${found[0].files[0]}, or move the folders of images into one of their own and name that`,
      )
    }
  }
  const passedOver = new PassedOverFiles()
  for (const file of litter) passedOver.add(file)
  if (passedOver.count > 0) options.note?.(`${path}: ${passedOver.describe()}`)
  const files = found[0].files.map((name) => join(path, name))
  return found[0].format.open(path, files, options)
}

/** The dataset that a run wrote into its folder. */
async function openRun(
  path: string,
  names: readonly string[],
  options: OpenDatasetOptions,
): Promise<DatasetReader> {
  const there = PREFERRED.filter((id) => names.includes(datasetFormat(id).outputName))
  if (!names.includes(MANIFEST) || there.length === 0) {
    throw new InputError(
      'the generation of this dataset is not finished',
      path,
      'run generate dataset with the same arguments again: it goes on where it stopped',
    )
  }
  const chosen = datasetFormat(there[0]).outputName
  if (there.length > 1) {
    const others = there.slice(1).map((id) => datasetFormat(id).outputName)
    options.note?.(
      `${path}: ${chosen} is read (${others.join(', ')} ${others.length > 1 ? 'hold' : 'holds'} the same images)`,
    )
  }
  return openDataset(join(path, chosen), options)
}

async function openFile(path: string, options: OpenDatasetOptions): Promise<DatasetReader> {
  const file = await RandomAccessFile.open(path)
  const head = await file.read(0, Math.min(file.size, HEAD_BYTES)).finally(() => file.close())
  const format = DATASET_FORMAT_LIST.find(({ recognise }) => recognise(head, path))
  if (format !== undefined) return format.open(path, [path], options)
  const hints = DATASET_FORMAT_LIST.map(({ hint }) => hint)
  const known = `${hints.slice(0, -1).join(', ')} or ${hints.at(-1)} was expected`
  throw new InputError('the file is no dataset that is known', path, known)
}
