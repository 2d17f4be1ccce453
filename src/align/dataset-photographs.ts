import { sha256 } from '../bytes/hashing.js'
import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import type { Photographs } from './photographs.js'

/**
 * The images of a training dataset; crops go where a folder of identities has them (`000123/007.png`), so that
 * `datasets convert` packs them again.
 * @throws InputError where there are none
 */
export async function datasetPhotographs(dataset: DatasetReader): Promise<Photographs> {
  const count = dataset.imageCount ?? (await dataset.countImages?.()) ?? (await countRecords(dataset))
  if (count === 0) throw new InputError('the dataset holds no images', dataset.path, 'name another')
  return {
    where: dataset.path,
    count,
    key: sha256(JSON.stringify([dataset.format, dataset.path, count])),
    notes: [],
    async *read() {
      for await (const { identity, image, bytes, problem } of dataset.records({ keepUnreadable: true })) {
        const name = `${String(identity).padStart(6, '0')}/${String(image).padStart(3, '0')}`
        yield {
          name,
          crop: `${name}.png`,
          bytes: Uint8Array.from(bytes),
          ...(problem !== undefined && { problem: problem.what }),
        }
      }
    },
    close: () => dataset.close(),
  }
}

async function countRecords(dataset: DatasetReader): Promise<number> {
  let count = 0
  for await (const _ of dataset.records({ keepUnreadable: true })) count++
  return count
}
