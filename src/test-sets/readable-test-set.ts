import { sha256 } from '../bytes/hashing.js'
import { InputError } from '../errors.js'
import { toPixels } from '../images/image-decoding.js'
import { withoutImages } from './pair-list.js'
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

  const { subjectOf } = testSet
  const { images, pairs, folds } = withoutImages(testSet.imageCount, testSet.pairs, testSet.folds, (index) =>
    bad.has(index),
  )
  return {
    testSet: {
      name: testSet.name,
      format: testSet.format,
      imageCount: images.length,
      pairs,
      ...(folds !== undefined && { folds }),
      ...(subjectOf !== undefined && { subjectOf: Uint32Array.from(images, (old) => subjectOf[old]) }),
      ...(testSet.leftOut !== undefined && { leftOut: testSet.leftOut }),
      fingerprint: sha256(JSON.stringify([testSet.fingerprint, [...bad.keys()].sort((a, b) => a - b)])),
      imageName: (index) => testSet.imageName(images[index]),
      read: (index) => testSet.read(images[index]),
      close: () => testSet.close(),
    },
    unreadable: [...bad]
      .sort(([a], [b]) => a - b)
      .map(([index, reason]) => ({ name: testSet.imageName(index), reason })),
  }
}
