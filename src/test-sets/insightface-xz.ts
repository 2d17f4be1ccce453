import { readFile } from 'node:fs/promises'
import type * as Lzma from '@napi-rs/lzma'
import { asInputError, InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { xzUnpackedSize } from './xz-size.js'

const lzma = onDemand<typeof Lzma>('@napi-rs/lzma')

/** The most that an `.xz` may unpack to, in bytes; the sets in the field take about a tenth. */
export const MAX_UNPACKED = 1024 * 1024 * 1024

/**
 * Unpacks an `.xz` file into memory. How much it holds is counted before anything is unpacked, so a file that
 * claims to be small cannot fill the memory.
 * @throws InputError where it unpacks to more than `limit` bytes, is damaged or cannot be read
 */
export async function unpackXz(path: string, limit = MAX_UNPACKED): Promise<Buffer> {
  let packed: Buffer
  try {
    packed = await readFile(path)
  } catch (error) {
    throw asInputError(error, path)
  }
  const size = xzUnpackedSize(packed, path)
  if (size > limit) {
    throw new InputError(
      `the .xz file unpacks to ${size} bytes, more than ${limit}`,
      path,
      'unpack it with xz and name the .bin',
    )
  }
  try {
    return await lzma().xz.decompress(packed)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InputError(`the .xz file does not unpack (${reason})`, path, 'copy it again', { cause: error })
  }
}
