import type { ImageSet } from '../features/image-set.js'
import type { LeftOut } from '../results/left-out.js'

/** What a dataset holds beside the images that were measured: for results, and in words. */
export interface LeftOutImages {
  readonly counts: LeftOut
  readonly notes: readonly string[]
}

/** What a set passed over and left out; undefined where that is nothing. */
export function leftOutImages({
  passedOver,
  unreadable,
}: Pick<ImageSet, 'passedOver' | 'unreadable'>): LeftOutImages | undefined {
  const notes = [passedOver.describe(), unreadable.describe('left out', 'image')].filter(
    (line) => line !== undefined,
  )
  if (notes.length === 0) return undefined
  const examples = [...unreadable.first, ...passedOver.first].map(({ name, reason }) => `${name}: ${reason}`)
  return { counts: { unreadable: unreadable.count, passedOver: passedOver.count, examples }, notes }
}
