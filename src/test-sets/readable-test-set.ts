import { sha256 } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { toPixels } from '../images/image-decoding.js'
import type { TestSet } from './test-set.js'

/** An image that was left out, and why. */
export interface UnreadableImage {
  readonly name: string
  readonly reason: string
}

const AT_ONCE = 8

/**
 * The same test set without the images that don't decode and the pairs that use them. Decodes every image once.
 * The fingerprint changes with what is left out, so that the result can't be taken for the whole set's.
 */
export async function withoutUnreadable(
  testSet: TestSet,
): Promise<{ testSet: TestSet; unreadable: readonly UnreadableImage[] }> {
  const bad = new Map<number, string>()
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < testSet.imageCount; index = next++) {
      try {
        await toPixels(await testSet.read(index), testSet.imageName(index))
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        bad.set(index, error.what)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (bad.size === 0) return { testSet, unreadable: [] }

  const kept = Array.from({ length: testSet.imageCount }, (_, index) => index).filter(
    (index) => !bad.has(index),
  )
  const moved = new Map(kept.map((old, index) => [old, index]))
  const { first, second, same } = testSet.pairs
  const pairs = Array.from(same.keys()).filter((pair) => !bad.has(first[pair]) && !bad.has(second[pair]))
  const place = (images: Uint32Array): Uint32Array =>
    Uint32Array.from(pairs, (pair) => moved.get(images[pair]) ?? 0)
  const { folds, subjectOf } = testSet
  return {
    testSet: {
      name: testSet.name,
      format: testSet.format,
      imageCount: kept.length,
      pairs: {
        first: place(first),
        second: place(second),
        same: Uint8Array.from(pairs, (pair) => same[pair]),
      },
      ...(folds !== undefined && { folds: Uint16Array.from(pairs, (pair) => folds[pair]) }),
      ...(subjectOf !== undefined && { subjectOf: Uint32Array.from(kept, (old) => subjectOf[old]) }),
      fingerprint: sha256(JSON.stringify([testSet.fingerprint, [...bad.keys()].sort((a, b) => a - b)])),
      imageName: (index) => testSet.imageName(kept[index]),
      read: (index) => testSet.read(kept[index]),
      close: () => testSet.close(),
    },
    unreadable: [...bad]
      .sort(([a], [b]) => a - b)
      .map(([index, reason]) => ({ name: testSet.imageName(index), reason })),
  }
}
