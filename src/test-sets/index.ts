/**
 * Test sets of any form that the field uses, told from their content, as images and pairs.
 *
 * @example
 * import { inspectTestSet, openTestSet } from 'vec2face-bench/test-sets'
 *
 * const lfw = await openTestSet('lfw.bin')
 * console.log(lfw.imageCount, lfw.pairs.same.length, lfw.fingerprint)
 * console.log(await inspectTestSet(lfw))
 * await lfw.close()
 *
 * @module
 */
export { TEST_SET_FORMATS } from './formats.js'
export { inspectTestSet, type TestSetSummary, writePairSheet } from './inspect-test-set.js'
export { type OpenTestSetOptions, openTestSet } from './open-test-set.js'
export { readPairLabels } from './pair-labels.js'
export { type UnreadableImage, withoutUnreadable } from './readable-test-set.js'
export type { Pairs, TestSet } from './test-set.js'
export type { TestSetFormat } from './test-set-format.js'
