import { readFile } from 'node:fs/promises'
import type * as Lzma from '@napi-rs/lzma'
import { asInputError, InputError } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { onDemand } from '../on-demand.js'
import { xzUnpackedSize } from './xz-size.js'

const lzma = onDemand<typeof Lzma>('@napi-rs/lzma')

/** The most that an `.xz` may unpack to, in bytes; the sets in the field take about a tenth. */
const MAX_UNPACKED = 2 ** 30
/** What any `.xz` may unpack to (which takes twice as much), and how many bytes a byte of a larger one may stand for: encoded images hardly compress. */
const FREE_BYTES = 2 ** 27
const EXPECTED_EXPANSION = 8

/** What an `.xz` of so many bytes may unpack to, times `--limits`. */
export function mostOfXz(packed: number): number {
  return raised(Math.min(MAX_UNPACKED, Math.max(FREE_BYTES, packed * EXPECTED_EXPANSION)))
}

/**
 * Unpacks an `.xz` file into memory. How much it holds is counted before anything is unpacked, so a file that
 * claims to be small cannot fill the memory.
 * @throws InputError where it unpacks to more than `most` bytes, {@link mostOfXz} by default, is damaged or cannot be read
 */
export async function unpackXz(path: string, most?: number): Promise<Buffer> {
  let packed: Buffer
  try {
    packed = await readFile(path)
  } catch (error) {
    throw asInputError(error, path)
  }
  const limit = most ?? mostOfXz(packed.length)
  const size = xzUnpackedSize(packed, path)
  if (size > limit) {
    throw new InputError(`the .xz file unpacks to ${size} bytes, more than ${limit}`, path, [
      'unpack it with xz and name the .bin',
      RAISE,
    ])
  }
  try {
    return await lzma().xz.decompress(packed)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InputError(`the .xz file does not unpack (${reason})`, path, 'copy it again', { cause: error })
  }
}
