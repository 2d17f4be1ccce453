import { readFile, stat } from 'node:fs/promises'
import type * as Fflate from 'fflate'
import { asInputError, InputError } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { onDemand } from '../on-demand.js'
import { printable } from '../printable.js'
import { decodedByteLength, decodeNpy, encodeNpy, type NpyArray } from './npy.js'
import { parseNpyHeader } from './npy-header.js'

const fflate = onDemand<typeof Fflate>('fflate')

/** The most bytes that one file may take: the statistics of 11,000 dimensions. */
export const MAX_NPZ_BYTES = 2 ** 30
/** What arrays may always unpack to, however small their file: statistics of 2,896 dimensions, the labels of 8 million images. */
const FREE_BYTES = 64 * 2 ** 20
/** How many bytes of arrays a byte of a file may stand for beyond that: floats hardly compress. */
const EXPECTED_EXPANSION = 8

const ZIP_MAGIC = [0x50, 0x4b]
/** The earliest date a zip can hold: the same arrays always make the same bytes. */
const NO_DATE = new Date(1980, 0, 1)

/** The arrays of a `.npz` file by name. `names` are all that it holds, `arrays` those that were asked for and there. */
export interface NpzContents {
  readonly names: readonly string[]
  readonly arrays: ReadonlyMap<string, NpyArray>
}

/** Whether the bytes begin as a `.npz` (zip) file does. */
export function isNpz(bytes: Uint8Array): boolean {
  return ZIP_MAGIC.every((byte, i) => bytes[i] === byte)
}

/** Deflate makes at most 1032 bytes of one. */
const MOST_EXPANSION = 1032

/** What the arrays of a file of so many bytes may unpack to. */
function mostUnpacked(size: number): number {
  return raised(Math.max(FREE_BYTES, size * EXPECTED_EXPANSION))
}

/**
 * Decodes the arrays asked for; others are left packed. Sizes are checked before anything is unpacked, and no entry
 * can grow past the size it declares.
 * @param wanted names, or what says of a name whether it is wanted
 * @param maxBytes 64 MiB, or 8 bytes a byte of the file where that is more, times `--limits`
 * @throws InputError where it is no zip, is cut short, or would unpack to more than `maxBytes`
 */
export function decodeNpz(
  bytes: Uint8Array,
  wanted: readonly string[] | ((name: string) => boolean),
  where: string,
  maxBytes = mostUnpacked(bytes.length),
): NpzContents {
  if (!isNpz(bytes)) throw new InputError('not a .npz file', where, 'write it with numpy.savez')
  const isWanted = typeof wanted === 'function' ? wanted : (name: string) => wanted.includes(name)
  const names: string[] = []
  let total = 0
  let entries: Record<string, Uint8Array>
  try {
    entries = fflate().unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        const array = arrayName(name)
        names.push(array)
        if (!isWanted(array)) return false
        total += originalSize
        if (originalSize > MOST_EXPANSION * size || total > maxBytes) {
          throw unpacksToTooMuch(maxBytes, where)
        }
        return true
      },
    })
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError('the .npz is cut short or damaged', where, 'copy the file again', { cause: error })
  }
  const arrays = new Map<string, NpyArray>()
  let widened = 0
  for (const [name, data] of Object.entries(entries)) {
    const place = `${where}:${printable(arrayName(name), 40)}`
    widened += decodedByteLength(parseNpyHeader(data, place))
    if (widened > maxBytes) throw unpacksToTooMuch(maxBytes, where)
    arrays.set(arrayName(name), decodeNpy(data, place, true))
  }
  return { names, arrays }
}

function unpacksToTooMuch(maxBytes: number, where: string): InputError {
  return new InputError(
    `its arrays unpack to more than ${maxBytes} bytes, or than their packed form can hold`,
    where,
    ['if you trust it, write it with numpy.savez, not savez_compressed', RAISE],
  )
}

function arrayName(entry: string): string {
  return entry.replace(/\.npy$/, '')
}

/** Reads arrays of a `.npz` file. @throws InputError */
export async function readNpz(
  path: string,
  wanted: readonly string[] | ((name: string) => boolean),
): Promise<NpzContents> {
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
  return fflate().zipSync(Object.fromEntries(entries), { level: 0, mtime: NO_DATE })
}
