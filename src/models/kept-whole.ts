import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { forgetTemporary, rememberTemporary, temporaryFolderBeside } from '../bytes/temporary.js'
import { asInputError, InputError } from '../errors.js'

/** @throws InputError where one of the files is there, unless they may be replaced */
export async function refuseExisting(
  paths: readonly string[],
  overwrite: boolean | undefined,
): Promise<void> {
  if (overwrite === true) return
  for (const path of paths) {
    if (await stat(path).catch(() => undefined)) {
      throw new InputError('is there already', path, 'choose another --out, or give --overwrite')
    }
  }
}

/**
 * Writes several files that are kept together or not at all: into a folder beside `out`, from where those that `write`
 * names, the last one last, are moved to lie beside `out`.
 * @throws InputError; nothing is kept then
 */
export async function keepWhole<T extends { readonly files: readonly string[] }>(
  out: string,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await temporaryFolder(out)
  try {
    const written = await write(folder)
    for (const name of written.files) await rename(join(folder, name), join(dirname(out), name))
    return written
  } catch (error) {
    throw namingOutput(asInputError(error, out), folder, out)
  } finally {
    await rm(folder, { recursive: true, force: true })
    forgetTemporary(folder)
  }
}

/** The folder that everything is written into first means nothing to who asked for `out`. */
function namingOutput(error: unknown, folder: string, out: string): unknown {
  return error instanceof InputError && error.where.startsWith(folder)
    ? new InputError(error.what, out, error.remedy, { cause: error })
    : error
}

async function temporaryFolder(out: string): Promise<string> {
  try {
    await mkdir(dirname(out), { recursive: true })
    const folder = await temporaryFolderBeside(join(dirname(out), `.${basename(out)}`))
    rememberTemporary(folder)
    return folder
  } catch (error) {
    throw asInputError(error, out)
  }
}
