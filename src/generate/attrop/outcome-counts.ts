import { z } from 'zod'
import type { RowEnd, RowOutcome } from './attrop.js'

const count = z.int().nonnegative()

/** How AttrOP ended for some rows: images of a dataset, or vectors. */
export const attropCountsSchema = z.strictObject({
  /** rows with all that was asked for */
  met: count,
  /** rows that were not there when the steps were used up */
  unmet: count,
  /** rows whose gradient or terms were not finite: images are made of the vector as it was then */
  notFinite: count,
  /** steps of all rows together */
  steps: count,
})
export type AttropCounts = z.infer<typeof attropCountsSchema>

export const NO_COUNTS: AttropCounts = { met: 0, unmet: 0, notFinite: 0, steps: 0 }

/** How rows ended, of images or of vectors alone. */
export function countOutcomes(outcomes: readonly Pick<RowOutcome, 'end' | 'steps'>[]): AttropCounts {
  const ended = (wanted: RowEnd) => outcomes.filter(({ end }) => end === wanted).length
  return {
    met: ended('met'),
    unmet: ended('steps'),
    notFinite: ended('not finite'),
    steps: outcomes.reduce((sum, { steps }) => sum + steps, 0),
  }
}

export function addCounts(a: AttropCounts, b: AttropCounts): AttropCounts {
  return {
    met: a.met + b.met,
    unmet: a.unmet + b.unmet,
    notFinite: a.notFinite + b.notFinite,
    steps: a.steps + b.steps,
  }
}

export function meanSteps({ met, unmet, notFinite, steps }: AttropCounts): number {
  return steps / Math.max(1, met + unmet + notFinite)
}

/** In a sentence: how many images there are, how they ended, and after how many steps on average. */
export function countsText(counts: AttropCounts): string {
  const { met, unmet, notFinite } = counts
  const images = met + unmet + notFinite
  const parts = [
    `${met} of ${images} images have all that was asked for`,
    ...(unmet > 0 ? [`${unmet} were not there after the steps`] : []),
    ...(notFinite > 0 ? [`${notFinite} had numbers that are not finite`] : []),
  ]
  return `AttrOP: ${parts.join(', ')}; ${meanSteps(counts).toFixed(1)} steps on average`
}
