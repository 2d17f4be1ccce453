import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { asInputError, InputError } from '../errors.js'
import type { DatasetReader } from './dataset.js'
import { ImageFolderReader } from './image-folder.js'
import { isLmdb } from './lmdb/meta.js'
import { LmdbReader } from './lmdb/reader.js'
import { naturalOrder } from './natural-order.js'
import { isRecordIo } from './recordio/framing.js'
import { RecordIoReader } from './recordio/reader.js'
import { WebDatasetReader } from './webdataset/reader.js'

const KNOWN = 'a folder of folders of images, .tar shards, a train.rec or an LMDB file was expected'

/**
 * Opens a training dataset, whatever its format: a file by its content; a folder by what it holds, in this
 * order: `data.mdb` or one `.lmdb` file, one `.rec` file, `.tar` shards, a subfolder for each identity.
 * @throws InputError where it is none of them, holds several of one kind, or no image
 */
export async function openDataset(path: string): Promise<DatasetReader> {
  const reader = (await isFolder(path)) ? await openFolder(path) : await openFile(path)
  if (reader.imageCount !== 0) return reader
  await reader.close()
  throw new InputError('the dataset holds no images', path, 'check that writing it came to an end')
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw asInputError(error, path)
  }
}

async function openFolder(path: string): Promise<DatasetReader> {
  const names = await readdir(path)
  if (names.includes('data.mdb')) return LmdbReader.open(join(path, 'data.mdb'))
  for (const ending of ['.lmdb', '.rec']) {
    const found = names.filter((name) => name.endsWith(ending))
    if (found.length > 1) {
      throw new InputError(`the folder holds ${found.length} ${ending} files`, path, 'name one of them')
    }
    if (found.length === 1) return openDataset(join(path, found[0]))
  }
  const shards = names.filter((name) => name.endsWith('.tar')).sort(naturalOrder)
  if (shards.length === 0) return ImageFolderReader.open(path)
  return new WebDatasetReader(
    path,
    shards.map((name) => join(path, name)),
  )
}

async function openFile(path: string): Promise<DatasetReader> {
  const start = await beginning(path)
  // A file that LMDB has not finished begins with zeros: its reader says so.
  if (isLmdb(start) || path.endsWith('.lmdb')) return LmdbReader.open(path)
  if (isRecordIo(start)) return RecordIoReader.open(path)
  if (isTar(start)) return new WebDatasetReader(path, [path])
  throw new InputError('the file is no dataset that is known', path, KNOWN)
}

async function beginning(path: string): Promise<Buffer> {
  const file = await RandomAccessFile.open(path)
  try {
    return await file.read(0, Math.min(file.size, 512))
  } finally {
    await file.close()
  }
}

/** Whether bytes begin as a tar archive does. */
function isTar(start: Buffer): boolean {
  return start.length === 512 && start.toString('latin1', 257, 262) === 'ustar'
}
