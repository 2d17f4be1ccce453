import { sha256 } from '../bytes/hashing.js'
import { findListedImages, type ImagesOfList } from '../test-sets/listed-images.js'
import type { PairList } from '../test-sets/pair-list.js'
import { cropNames } from './crop-names.js'
import { sizeAndTime } from './folder-photographs.js'
import type { Photographs } from './photographs.js'

/**
 * The photographs that a list of pairs names, each once.
 * @param apart whether the output folder tells names apart that differ in case
 * @throws InputError that lists those that are missing
 */
export async function listPhotographs(
  list: PairList,
  source: ImagesOfList,
  apart: boolean,
): Promise<Photographs> {
  const found = await findListedImages(list, source)
  // The list's names, under which crops are looked for; a file may be written a little differently.
  const crops = cropNames(list.images, apart, source.listPath)
  const photographs = found.map(({ path }, i) => ({ name: list.images[i], crop: crops[i], path }))
  const sizes: (readonly number[])[] = []
  for (const { path } of found) sizes.push(await sizeAndTime(path))
  return {
    where: source.listPath,
    count: photographs.length,
    key: sha256(JSON.stringify([list.images, sizes])),
    notes: [],
    async *read() {
      yield* photographs
    },
    close: async () => {},
  }
}
