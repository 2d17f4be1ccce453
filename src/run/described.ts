import { type PairSubjects, subjectsOfPairs } from '../evaluate/pair-subjects.js'
import type { Model } from '../models/model.js'
import { pack } from '../results/packing.js'
import type { ModelResult, TestSetResult } from '../results/schema.js'
import { knownSet } from '../test-sets/known-sets.js'
import type { TestSet } from '../test-sets/test-set.js'

/** A recogniser or test set by the id under which the results know it. */
export interface Identified<T> {
  readonly id: string
  readonly value: T
}

/** What the results tell of a test set: all but its images. */
export type DescribedTestSet = Omit<TestSet, 'format' | 'imageName' | 'read' | 'close'> & {
  readonly format: string
}

/** What the results say of a test set. */
export function describeTestSet(
  id: string,
  testSet: DescribedTestSet,
  demo: boolean,
  folds: number,
): TestSetResult {
  const { same } = testSet.pairs
  const whole = knownSet(testSet.name)?.pairs ?? 0
  const subjects = testSet.subjectOf && subjectsOfPairs(testSet.pairs, testSet.subjectOf)
  const given = testSet.folds === undefined ? undefined : new Set(testSet.folds).size
  return {
    id,
    name: testSet.name,
    format: testSet.format,
    fingerprint: testSet.fingerprint,
    images: testSet.imageCount,
    pairs: same.length,
    same: same.reduce((count, label) => count + label, 0),
    folds: given ?? folds,
    ...(same.length < whole && { of: whole }),
    demo,
    kind: 'pairs',
    labels: pack(same),
    ...(subjects && { subjects: pack(interleaved(subjects)) }),
  }
}

function interleaved({ first, second }: PairSubjects): Uint32Array {
  return Uint32Array.from({ length: 2 * first.length }, (_, i) => (i % 2 === 0 ? first : second)[i >> 1])
}

/** What the results say of a model. */
export function describeModel(id: string, model: Model): ModelResult {
  const { name, role, licence, demo } = model.descriptor
  return {
    id,
    name,
    role,
    sha256: model.sha256,
    descriptor: JSON.parse(JSON.stringify(model.descriptor)),
    licence,
    demo,
  }
}
