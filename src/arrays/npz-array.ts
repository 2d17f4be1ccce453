import { stat } from 'node:fs/promises'
import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import type { NpyArray } from './npy.js'
import { type NpzContents, readNpz } from './npz.js'

/** Splits `FILE.npz:NAME`, unless a file has that very name. */
export async function splitArrayName(path: string): Promise<{ file: string; array: string | undefined }> {
  const end = path.toLowerCase().lastIndexOf('.npz:')
  const isWhole = end < 0 || (await stat(path).then(Boolean, () => false))
  return isWhole
    ? { file: path, array: undefined }
    : { file: path.slice(0, end + 4), array: path.slice(end + 5) }
}

/** What an archive without `.npy` files is, by the names in it. */
function otherArchive({ names }: NpzContents): string | undefined {
  if (names.some((name) => /(^|\/)data\.pkl$/.test(name))) return 'this is a PyTorch file'
  if (names.some((name) => name.startsWith('xl/'))) return 'this is an Excel workbook'
  return names.some((name) => /\.\w{1,8}$/.test(name)) ? 'this is a zip archive of other files' : undefined
}

const OTHER_REMEDY: Record<string, string> = {
  'this is a PyTorch file': "save it as .npy: numpy.save('x.npy', torch.load(FILE).cpu().numpy())",
  'this is an Excel workbook': 'save it as CSV, separated by commas, with decimal points',
}

/**
 * Reads an array of a `.npz`: the one that is named, or the only one.
 * @throws InputError that names what it holds where there are several
 */
export async function readNpzArray(file: string, array: string | undefined): Promise<NpyArray> {
  const listed = await readNpz(file, [])
  const other = otherArchive(listed)
  if (other !== undefined)
    throw new InputError(other, file, OTHER_REMEDY[other] ?? 'unpack it first (unzip FILE)')
  const { names } = listed
  const held = `it holds ${names.length === 0 ? 'nothing' : printable(names.map((name) => `'${name}'`).join(', '), 120)}`
  const name = array ?? (names.length === 1 ? names[0] : undefined)
  if (name === undefined) {
    const remedy =
      names.length === 0 ? 'write it again' : `name the one you mean: FILE.npz:${printable(names[0], 40)}`
    throw new InputError(`one array is needed, ${held}`, file, remedy)
  }
  const found = (await readNpz(file, [name])).arrays.get(name)
  if (found === undefined)
    throw new InputError(`there is no '${printable(name, 40)}' in it (${held})`, file, 'name one of these')
  return found
}
