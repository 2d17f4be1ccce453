import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { withLock } from '../../bytes/lock.js'
import { forgetTemporary, temporaryFolderBeside } from '../../bytes/temporary.js'
import { asInputError } from '../../errors.js'
import { parseJson } from '../../json.js'

/** The file that makes a cached folder whole: what it was made from, and what it holds. */
const SEAL = 'made-from.json'

const Seal = z.object({ parameters: z.string(), files: z.number(), bytes: z.number() })

/** What decides what is in a folder. */
export type FolderParameters = Readonly<Record<string, string | number>>

async function contents(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name === SEAL) continue
    files++
    bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return { files, bytes }
}

/** Whether a folder was made from these parameters and still holds what it held then. */
export async function isKept(folder: string, parameters: FolderParameters): Promise<boolean> {
  try {
    const seal = Seal.parse(parseJson(await readFile(join(folder, SEAL), 'utf8')))
    const found = await contents(folder)
    return (
      seal.parameters === JSON.stringify(parameters) &&
      seal.files === found.files &&
      seal.bytes === found.bytes
    )
  } catch {
    return false
  }
}

/**
 * Makes a folder once. It appears under its name only when it is finished; one that is half-made, damaged or
 * made from other parameters is made again. Of processes that want the same folder one makes it, the others wait.
 *
 * @param parameters all that decides what is in it
 * @param make fills the folder that it is given
 * @param onWait called once where another process is at it
 * @throws InputError where the disk is full or may not be written; nothing half-made is left
 */
export async function cachedFolder(
  folder: string,
  parameters: FolderParameters,
  make: (folder: string) => Promise<void>,
  onWait: () => void = () => {},
): Promise<void> {
  if (await isKept(folder, parameters)) return
  await createCacheFolder(dirname(folder))
  try {
    await withLock(join(dirname(folder), `.${basename(folder)}.lock`), onWait, async () => {
      if (!(await isKept(folder, parameters))) await makeFolder(folder, parameters, make)
    })
  } catch (error) {
    throw asInputError(error, folder)
  }
}

async function makeFolder(
  folder: string,
  parameters: FolderParameters,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const unfinished = await temporaryFolderBeside(join(dirname(folder), `.${basename(folder)}`))
  try {
    await make(unfinished)
    const seal = { parameters: JSON.stringify(parameters), ...(await contents(unfinished)) }
    await writeFile(join(unfinished, SEAL), `${JSON.stringify(seal)}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
    forgetTemporary(unfinished)
  }
}
