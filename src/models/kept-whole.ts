import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { forgetTemporary, temporaryFolderBeside } from '../bytes/temporary.js'
import { asInputError, InputError } from '../errors.js'
import { descriptorPath } from './model.js'

/**
 * @param out the ONNX file that is asked for @param beside other ONNX files that will lie beside it
 * @throws InputError where it is no name of one, or a file of theirs is there, unless they may be replaced
 */
export async function refuseExisting(
  out: string,
  overwrite: boolean | undefined,
  beside: readonly string[] = [],
): Promise<void> {
  requireOnnxName(out)
  if (overwrite === true) return
  const networks = [out, ...beside.filter((path) => path !== out)]
  for (const path of [...networks.flatMap((network) => [network, `${network}.data`]), descriptorPath(out)]) {
    if (await stat(path).catch(() => undefined)) {
      throw new InputError('is there already', path, 'choose another --out, or give --overwrite')
    }
  }
}

/** @throws InputError where a network is asked for by another name */
export function requireOnnxName(out: string): void {
  if (extname(out) === '.onnx') return
  throw new InputError('the output is no .onnx file', out, 'give a name that ends in .onnx')
}

/** A network that was kept: its files, and what is known of it. */
export type KeptNetwork<T> = T & {
  readonly onnx: string
  /** weights of more than 2 GB */
  readonly data: string | undefined
  readonly descriptorPath: string
}

/**
 * Writes a network with its descriptor and checks it: all of it is kept, or nothing.
 * @param write writes both at a place beside `out`, checks them and says where weights lie that the file has no room for
 * @throws InputError
 */
export async function keepNetwork<T extends object>(
  out: string,
  overwrite: boolean | undefined,
  write: (path: string) => Promise<{ readonly result: T; readonly dataPath: string | undefined }>,
): Promise<KeptNetwork<T>> {
  await refuseExisting(out, overwrite)
  const { result, dataPath } = await keepWhole(out, async (folder) => {
    const path = join(folder, basename(out))
    const written = await write(path)
    const files = [written.dataPath, path, descriptorPath(path)].filter((file) => file !== undefined)
    return { ...written, files: files.map((file) => basename(file)) }
  })
  const data = dataPath === undefined ? undefined : `${out}.data`
  return { ...result, onnx: out, data, descriptorPath: descriptorPath(out) }
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
    ? new InputError(error.what, out, error.ways, { cause: error })
    : error
}

async function temporaryFolder(out: string): Promise<string> {
  try {
    await mkdir(dirname(out), { recursive: true })
    return await temporaryFolderBeside(join(dirname(out), `.${basename(out)}`))
  } catch (error) {
    throw asInputError(error, out)
  }
}
