import { expect, test } from 'vitest'
import {
  addCounts,
  countOutcomes,
  countsText,
  meanSteps,
  NO_COUNTS,
} from '../../../src/generate/attrop/outcome-counts.js'

const outcomes = [
  { end: 'met', steps: 1, path: [] },
  { end: 'steps', steps: 5, path: [] },
  { end: 'not finite', steps: 0, path: [] },
  { end: 'met', steps: 2, path: [] },
] as const

test('how images ended is counted, part by part as at once', () => {
  const whole = countOutcomes(outcomes)
  expect(whole).toEqual({ met: 2, unmet: 1, notFinite: 1, steps: 8 })
  expect(addCounts(countOutcomes(outcomes.slice(0, 1)), countOutcomes(outcomes.slice(1)))).toEqual(whole)
  expect(addCounts(NO_COUNTS, whole)).toEqual(whole)
  expect(meanSteps(whole)).toBe(2)
  expect(meanSteps(NO_COUNTS)).toBe(0)
})

test('and told in a sentence, which names only what there is', () => {
  expect(countsText(countOutcomes(outcomes))).toBe(
    'AttrOP: 2 of 4 images have all that was asked for, 1 were not there after the steps, 1 had numbers that are not finite; 2.0 steps on average',
  )
  expect(countsText({ met: 3, unmet: 0, notFinite: 0, steps: 3 })).toBe(
    'AttrOP: 3 of 3 images have all that was asked for; 1.0 steps on average',
  )
})
