import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeNpyHeader } from '../../arrays/npy.js'
import { createFile, createFolder, writeAll, writeDurably } from '../../bytes/files.js'
import { asInputError, InputError } from '../../errors.js'
import type { RawPixels } from '../../images/image.js'
import { toPixels } from '../../images/image-decoding.js'
import type { TestSet } from '../test-set.js'
import { foldsLost, imagesOfPairs, orderOfPairs } from './ordered-pairs.js'
import type { PairWriter, WritePairsOptions } from './pair-writer.js'

/** Decoded images, as Hadrian and Eclipse are shared: `NAME/NAME.npy`, uint8 [N, 3, height, width], with `issame.txt`. */
export const npyWriter: PairWriter<'npy'> = {
  id: 'npy',
  hint: 'a folder NAME with NAME.npy (pixels) and issame.txt',
  async write(set: TestSet, path: string, { name, progress, note }: WritePairsOptions): Promise<void> {
    const lost = foldsLost(set)
    if (lost !== undefined) note(lost)
    const order = orderOfPairs(set)
    await createFolder(path)
    const target = join(path, `${name}.npy`)
    progress.start(`Writing ${target}`, order.length, 'pairs')
    try {
      const file = await createFile(target)
      try {
        let done = 0
        let size: RawPixels | undefined
        for await (const [first, second] of imagesOfPairs(set, order)) {
          for (const image of [first, second]) {
            const pixels = await toPixels(image, set.name)
            size ??= await begin(file, pixels, 2 * order.length)
            if (pixels.width !== size.width || pixels.height !== size.height)
              throw new InputError(
                `images of ${size.width}x${size.height} and ${pixels.width}x${pixels.height} pixels can't be in one array`,
                set.name,
                "align them first ('datasets align'), or convert to bin",
              )
            await writeAll(file, planes(pixels))
          }
          progress.update(++done)
        }
        await file.sync()
      } finally {
        await file.close()
      }
      const labels = order.map((pair) => `${set.pairs.same[pair]}\n`).join('')
      await writeDurably(join(path, 'issame.txt'), labels)
    } catch (error) {
      throw asInputError(error, target)
    } finally {
      progress.stop()
    }
  },
}

async function begin(file: FileHandle, first: RawPixels, count: number): Promise<RawPixels> {
  await writeAll(file, encodeNpyHeader('|u1', [count, 3, first.height, first.width]))
  return first
}

/** Red, green and blue one after another. */
function planes({ width, height, data }: RawPixels): Uint8Array {
  const area = width * height
  const out = new Uint8Array(3 * area)
  for (let i = 0, from = 0; i < area; i++, from += 3) {
    out[i] = data[from]
    out[area + i] = data[from + 1]
    out[2 * area + i] = data[from + 2]
  }
  return out
}
