import { createFile } from '../../bytes/files.js'
import { asInputError } from '../../errors.js'
import type { TestSet } from '../test-set.js'
import { encodedBytes, foldsLost, imagesOfPairs, orderOfPairs } from './ordered-pairs.js'
import { InsightfacePickleWriter } from './pair-pickle-writer.js'
import type { PairWriter, WritePairsOptions } from './pair-writer.js'

/** insightface's verification set, as its `load_bin` and Python's pickle read it. */
export const binWriter: PairWriter<'bin'> = {
  id: 'bin',
  hint: "insightface's pickle (.bin): encoded images, unchanged",
  ending: '.bin',
  async write(set: TestSet, path: string, { progress, note }: WritePairsOptions): Promise<void> {
    const lost = foldsLost(set)
    if (lost !== undefined) note(lost)
    const order = orderOfPairs(set)
    const changed = new Map<string, number>()
    const encode = async (image: Parameters<typeof encodedBytes>[0]) => {
      const found = await encodedBytes(image, set.name)
      if (found.changed !== undefined) changed.set(found.changed, (changed.get(found.changed) ?? 0) + 1)
      return found.bytes
    }
    progress.start(`Writing ${path}`, order.length, 'pairs')
    try {
      const file = await createFile(path)
      try {
        const pickle = await InsightfacePickleWriter.begin(file)
        let done = 0
        for await (const [first, second, same] of imagesOfPairs(set, order)) {
          await pickle.add(await encode(first), await encode(second), same)
          progress.update(++done)
        }
        await pickle.end()
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (error) {
      throw asInputError(error, path)
    } finally {
      progress.stop()
    }
    for (const [form, count] of changed)
      note(`${set.name}: ${count} ${form} images were written as PNG, which OpenCV and MXNet decode`)
  },
}
