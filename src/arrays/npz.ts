import { readFile, stat } from 'node:fs/promises'
import { unzipSync, zipSync } from 'fflate'
import { asInputError, InputError } from '../errors.js'
import { decodeNpy, encodeNpy, type NpyArray } from './npy.js'

/** The most bytes that one file, or all arrays read from it, may take: the statistics of 11,000 dimensions. */
export const MAX_NPZ_BYTES = 2 ** 30

const ZIP_MAGIC = [0x50, 0x4b]
/** The earliest date a zip can hold: the same arrays always make the same bytes. */
const NO_DATE = new Date(1980, 0, 1)

/** Deflate makes at most 1032 bytes of one. */
const MOST_EXPANSION = 1032

/** The arrays of a `.npz` file by name. `names` are all that it holds, `arrays` those that were asked for and there. */
export interface NpzContents {
  readonly names: readonly string[]
  readonly arrays: ReadonlyMap<string, NpyArray>
}

/** Whether the bytes begin as a `.npz` (zip) file does. */
export function isNpz(bytes: Uint8Array): boolean {
  return ZIP_MAGIC.every((byte, i) => bytes[i] === byte)
}

/**
 * Decodes the arrays asked for; others are left packed. Sizes are checked before anything is unpacked, and no entry
 * can grow past the size it declares.
 * @throws InputError where it is no zip, is cut short, or would unpack to more than `maxBytes`
 */
export function decodeNpz(
  bytes: Uint8Array,
  wanted: readonly string[],
  where: string,
  maxBytes = MAX_NPZ_BYTES,
): NpzContents {
  if (!isNpz(bytes)) throw new InputError('not a .npz file', where, 'write it with numpy.savez')
  const names: string[] = []
  let total = 0
  let entries: Record<string, Uint8Array>
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        const array = name.replace(/\.npy$/, '')
        names.push(array)
        if (!wanted.includes(array)) return false
        total += originalSize
        if (originalSize > MOST_EXPANSION * size || total > maxBytes) {
          throw new InputError(
            `its arrays unpack to more than ${maxBytes} bytes, or than their packed form can hold`,
            where,
            'check where the file came from',
          )
        }
        return true
      },
    })
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError('the .npz is cut short or damaged', where, 'copy the file again', { cause: error })
  }
  const arrays = new Map<string, NpyArray>()
  for (const [name, data] of Object.entries(entries)) {
    const array = name.replace(/\.npy$/, '')
    arrays.set(array, decodeNpy(data, `${where}: ${array}`))
  }
  return { names, arrays }
}

/** Reads arrays of a `.npz` file. @throws InputError */
export async function readNpz(path: string, wanted: readonly string[]): Promise<NpzContents> {
  try {
    const { size } = await stat(path)
    if (size > MAX_NPZ_BYTES) {
      throw new InputError(`larger than ${MAX_NPZ_BYTES} bytes`, path, 'check where the file came from')
    }
    return decodeNpz(await readFile(path), wanted, path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** A `.npz` file as bytes, as numpy.savez writes it: the arrays are stored, since floats hardly compress. */
export function encodeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)] as const)
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: NO_DATE })
}
