import type { LeftOut } from '../results/left-out.js'
import type { TestSet } from '../test-sets/test-set.js'

const EXAMPLES = 5

/** What the user let be skipped of a test set: images that do not decode, and those of which an alignment made no crop. */
export function leftOutOf(set: { readonly value: Pick<TestSet, 'leftOut'>; readonly leftOut?: LeftOut }): {
  leftOut?: LeftOut
} {
  const ofList = set.value.leftOut
  if (ofList === undefined) return set.leftOut === undefined ? {} : { leftOut: set.leftOut }
  const { unreadable = 0, pairs = 0, examples = [] } = set.leftOut ?? {}
  return {
    leftOut: {
      unreadable,
      passedOver: ofList.images.length,
      pairs: pairs + ofList.pairs,
      examples: [...examples, ...ofList.images].slice(0, EXAMPLES),
    },
  }
}
