import { readFile, writeFile } from 'node:fs/promises'
import type * as Lzma from '@napi-rs/lzma'
import { asInputError, InputError } from '../../errors.js'
import { onDemand } from '../../on-demand.js'
import { mostOfXz } from '../insightface-xz.js'
import { binWriter } from './insightface-bin-writer.js'
import type { PairWriter } from './pair-writer.js'

const lzma = onDemand<typeof Lzma>('@napi-rs/lzma')

/** {@link binWriter}'s file packed by xz, as Hadrian and Eclipse are shared; packed in memory. */
export const xzWriter: PairWriter<'xz'> = {
  id: 'xz',
  hint: 'the same .bin packed by xz; 1 GiB unpacked at most',
  ending: '.xz',
  async write(set, path, options) {
    await binWriter.write(set, path, options)
    try {
      const bytes = await readFile(path)
      const packed = await lzma().xz.compress(bytes)
      const most = mostOfXz(packed.length)
      if (bytes.length > most)
        throw new InputError(
          `the .bin takes ${bytes.length} bytes, and an .xz of ${packed.length} that unpacks to more than ${most} is not read again`,
          set.name,
          'convert to bin',
        )
      await writeFile(path, packed)
    } catch (error) {
      throw asInputError(error, path)
    }
  },
}
