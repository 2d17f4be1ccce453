import { expect, test } from 'vitest'
import { contradictionIn } from '../../src/results/consistency.js'
import { pack } from '../../src/results/packing.js'
import { sampleReport } from '../report/sample-report.js'

const PAIRS = 400
const sample = () => sampleReport(['a'], ['lfw'], PAIRS)
/** `PAIRS` zeros and one other number. */
const withOne = (byte: number): string => pack(new Uint8Array(PAIRS).fill(byte, 7, 8))

test('results that a run writes hold no contradiction', () => {
  expect(contradictionIn(sample())).toBeUndefined()
})

test('a label and a decision are 0 or 1: reports count by them', () => {
  const labelled = sample()
  labelled.testSets[0].labels = withOne(2)
  expect(contradictionIn(labelled)).toBe("test set 'lfw' has labels other than 0 and 1")
  const decided = sample()
  decided.evaluations[0].correct = withOne(255)
  expect(contradictionIn(decided)).toMatch(/ on lfw has decisions other than 0 and 1$/)
  decided.evaluations[0].correct = withOne(1)
  expect(contradictionIn(decided)).toBeUndefined()
})
