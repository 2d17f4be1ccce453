import { unpackFloat32, unpackUint8, unpackUint16 } from './packing.js'
import type { Results } from './schema.js'

/** Where results contradict themselves, in words; undefined where they don't. A schema can't see it. */
export function contradictionIn(results: Results): string | undefined {
  for (const { id, pairs, labels } of results.testSets) {
    const told = unpackUint8(labels).length
    if (told !== pairs) return `test set '${id}' has ${told} labels for ${pairs} pairs`
  }
  for (const { model, testSet, distances, correct, foldOf, folds } of results.verification) {
    const pairs = results.testSets.find(({ id }) => id === testSet)?.pairs
    if (pairs === undefined) return `there is no test set '${testSet}'`
    const fold = unpackUint16(foldOf)
    const sizes = {
      distances: unpackFloat32(distances).length,
      decisions: unpackUint8(correct).length,
      folds: fold.length,
    }
    for (const [what, size] of Object.entries(sizes)) {
      if (size !== pairs) return `${model} on ${testSet} has ${size} ${what} for ${pairs} pairs`
    }
    if (fold.some((index) => index >= folds.length)) return `${model} on ${testSet} has a fold too many`
  }
  return undefined
}
