import { closeSync, openSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asInputError, InputError } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { forgetTemporary, rememberTemporary, temporaryBeside } from './temporary.js'

/** Makes the names in a folder as lasting as the files' contents (a rename alone may be lost with the power). */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders and needs no such call.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes one file's contents lasting. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Opens a file to write into, empty. It is made in this very turn: made by a call that is under way as a signal ends the process,
 * it would be there after what is unfinished was removed.
 */
export async function createFile(path: string): Promise<FileHandle> {
  closeSync(openSync(path, 'w'))
  return open(path, 'r+')
}

/**
 * Writes a file that is there whole or not at all, whatever happens meanwhile.
 * @param content all of it, or piece after piece
 * @throws InputError
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const temporary = await temporaryBeside(path)
  rememberTemporary(temporary)
  try {
    const file = await createFile(temporary)
    try {
      const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content
      for (const piece of pieces) await writeAll(file, typeof piece === 'string' ? Buffer.from(piece) : piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw namedAs(error, path)
  } finally {
    forgetTemporary(temporary)
  }
}

/** The error as one of the path that the caller knows, not of the temporary one. */
export function namedAs(error: unknown, path: string): unknown {
  const known = asInputError(error, path)
  return known instanceof InputError
    ? new InputError(known.what, path, known.remedy, { cause: error })
    : known
}

/** Puts a written file in its place, there whole or not at all. @throws InputError */
export async function moveDurably(from: string, to: string): Promise<void> {
  try {
    await syncFile(from)
    await rename(from, to)
    await syncFolder(dirname(to))
  } catch (error) {
    throw asInputError(error, to)
  }
}

/** Writes all bytes, however few a call takes. @param position where they go; after the last write where null */
export async function writeAll(
  file: FileHandle,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const at = position === null ? null : position + done
    done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten
  }
}

/** Whether there is a file or folder that can be looked at. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Creates a folder and those above it. @throws InputError */
export async function createFolder(path: string): Promise<void> {
  try {
    await makeFolders(path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** Node's own way (`recursive`) never comes to an end in /proc, where a folder can't be made and its parent is there. */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error
    await makeFolders(dirname(path))
    await mkdir(path).catch(async (again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again
    })
  }
}

/** Characters that Node keeps in one string. */
const LONGEST_TEXT = 2 ** 29 - 24

/**
 * Reads a file as UTF-8.
 * @param most bytes that a file of this kind has at most, times `--limits`
 * @throws InputError where it is larger, too
 */
export async function readText(path: string, most = LONGEST_TEXT): Promise<string> {
  try {
    const { size } = await stat(path)
    const limit = Math.min(LONGEST_TEXT, raised(most))
    if (size > limit)
      throw new InputError(`the file has ${size} bytes, one of this kind has at most ${limit}`, path, [
        'check that it is the file you mean',
        ...(limit < LONGEST_TEXT ? [RAISE] : []),
      ])
    return await readFile(path, 'utf8')
  } catch (error) {
    throw asInputError(error, path)
  }
}
