import { z } from 'zod'

const count = z.int().nonnegative()

/** How often a face was looked for in a dataset's photographs. */
export const alignCountsSchema = z.strictObject({
  /** images that have a crop */
  aligned: count,
  /** of those, images that were drawn again, since their first photograph showed no face */
  drawnAgain: count,
  /** photographs without a face */
  withoutFace: count,
})
export type AlignCounts = z.infer<typeof alignCountsSchema>

export const NOTHING_ALIGNED: AlignCounts = { aligned: 0, drawnAgain: 0, withoutFace: 0 }

export function addAlignCounts(a: AlignCounts, b: AlignCounts): AlignCounts {
  return {
    aligned: a.aligned + b.aligned,
    drawnAgain: a.drawnAgain + b.drawnAgain,
    withoutFace: a.withoutFace + b.withoutFace,
  }
}

/** In a sentence: how many crops there are, and how many images were drawn again. */
export function alignCountsText({ aligned, drawnAgain, withoutFace }: AlignCounts): string {
  const again =
    drawnAgain === 0
      ? 'every photograph shows a face'
      : `${drawnAgain} were drawn again: ${withoutFace} photographs show no face`
  return `Aligned: ${aligned} faces; ${again}`
}
