import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import { foreignFile, KIND_BYTES } from './foreign-files.js'
import { MemoryRows } from './memory-rows.js'
import { asMatrix } from './npy.js'
import { isNpy } from './npy-header.js'
import { NpyRows } from './npy-rows.js'
import { isNpz } from './npz.js'
import { readNpzArray, splitArrayName } from './npz-array.js'
import { readNumberTable } from './number-table.js'
import type { Log, RowFile } from './row-file.js'
import { decodeText } from './text-table.js'

/**
 * Opens a matrix of floats, one row an item: `.npy` (float16, float32, float64, either byte order, either order of
 * axes), which is read a block at a time; an array of a `.npz`, or a table of text, which are held in memory. Forms
 * are told by content. Of a `.npz` with several arrays one is named: `FILE.npz:NAME`.
 * @throws InputError where it is something else, which the message names
 */
export async function openRows(path: string, log: Log = () => {}): Promise<RowFile> {
  const { file, array } = await splitArrayName(path)
  const head = await readHead(file)
  if (array === undefined && isNpy(head)) return NpyRows.open(file)
  if (isNpz(head)) return new MemoryRows(path, asMatrix(await readNpzArray(file, array), path))
  if (array !== undefined)
    throw new InputError(`not a .npz file, so it has no array '${printable(array, 40)}'`, file)
  const foreign = foreignFile(head, file)
  if (foreign !== undefined) throw new InputError(foreign.what, file, foreign.remedy)
  return new MemoryRows(path, readNumberTable(await readWholeText(file), file, log))
}

/** The bytes that tell a file's form. @throws InputError */
export async function readHead(path: string): Promise<Buffer> {
  const file = await RandomAccessFile.open(path)
  return file.read(0, Math.min(KIND_BYTES, file.size)).finally(() => file.close())
}

/** A whole file. @throws InputError */
export async function readWholeBytes(path: string): Promise<Buffer> {
  const file = await RandomAccessFile.open(path)
  return file.read(0, file.size).finally(() => file.close())
}

/** A whole file of text. @throws InputError */
export async function readWholeText(path: string): Promise<string> {
  return decodeText(await readWholeBytes(path), path)
}
