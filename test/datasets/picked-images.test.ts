import { expect, test } from 'vitest'
import type { DatasetReader, DatasetRecord } from '../../src/datasets/dataset.js'
import { firstImagesOf, imagesAt } from '../../src/datasets/picked-images.js'

/** Identities 0, 1, 2 with two, three and one image, in mixed order; an image's bytes are its place. */
const ORDER = [1, 0, 1, 2, 0, 1]

function dataset(): { reader: DatasetReader; read: () => number } {
  let read = 0
  async function* records(): AsyncGenerator<DatasetRecord> {
    const seen = new Map<number, number>()
    for (const [at, identity] of ORDER.entries()) {
      const image = seen.get(identity) ?? 0
      seen.set(identity, image + 1)
      read++
      yield { identity, image, bytes: Uint8Array.of(at), ...(at === 0 && { name: 'b/0.jpg' }) }
    }
  }
  const reader: DatasetReader = {
    format: 'folder',
    path: 'faces',
    grouped: false,
    records,
    close: async () => {},
  }
  return { reader, read: () => read }
}

const places = (cells: Iterable<{ image: unknown }> = []): number[] =>
  [...cells].map(({ image }) => (image as { bytes: Uint8Array }).bytes[0])

test('the first images of identities, wherever they lie, and no more is read than needed', async () => {
  const { reader, read } = dataset()
  const found = await firstImagesOf(reader, new Set([1, 0]), 2)
  expect(places(found.get(1))).toEqual([0, 2])
  expect(places(found.get(0))).toEqual([1, 4])
  expect(found.get(1)?.map(({ name }) => name)).toEqual(['b/0.jpg', 'image 1 of identity 1'])
  expect(read()).toBe(5)
})

test('an identity with fewer images gives those it has', async () => {
  const found = await firstImagesOf(dataset().reader, new Set([2]), 3)
  expect(places(found.get(2))).toEqual([3])
})

test('images by their place', async () => {
  const { reader, read } = dataset()
  const found = await imagesAt(reader, new Set([3, 0]))
  expect([...found.keys()].sort()).toEqual([0, 3])
  expect(places(found.values())).toEqual([0, 3])
  expect(read()).toBe(4)
})

test('says that the dataset is another one', async () => {
  await expect(firstImagesOf(dataset().reader, new Set([7]), 1)).rejects.toThrow(
    'faces: there is no image of identity 7',
  )
  await expect(imagesAt(dataset().reader, new Set([6]))).rejects.toThrow(
    'faces: there are 6 images, the features have one at 6',
  )
})
