import { type SheetCell, writeContactSheet } from '../images/contact-sheet.js'
import { type ImageCounts, ImageTally } from '../images/image-tally.js'
import { type Progress, silent } from '../progress.js'
import type { TestSet } from './test-set.js'

const AT_ONCE = 8
/** A contact sheet has this many pairs a row, and at most this many rows of each label. */
const PAIRS_A_ROW = 4
const ROWS_A_LABEL = 3

/** What a test set holds, found by decoding every image once. */
export interface TestSetSummary extends ImageCounts {
  readonly name: string
  readonly format: string
  readonly pairs: number
  readonly same: number
  readonly different: number
  /** pairs in each fold, where the data give folds */
  readonly folds?: readonly number[]
  readonly images: number
  readonly fingerprint: string
}

function foldSizes(folds: Uint16Array): number[] {
  const sizes: number[] = []
  for (const fold of folds) sizes[fold] = (sizes[fold] ?? 0) + 1
  return sizes
}

/** Decodes every image of a test set and counts what it holds. Memory stays flat; images that do not decode are counted, not thrown. */
export async function inspectTestSet(set: TestSet, progress: Progress = silent): Promise<TestSetSummary> {
  const tally = new ImageTally()
  progress.start(`Decoding ${set.name}`, set.imageCount, 'images')
  for (let start = 0; start < set.imageCount; start += AT_ONCE) {
    const count = Math.min(AT_ONCE, set.imageCount - start)
    await Promise.all(
      Array.from({ length: count }, (_, i) => tally.add(() => set.read(start + i), set.imageName(start + i))),
    )
    progress.update(start + count)
  }
  progress.stop()
  const same = set.pairs.same.reduce((sum, label) => sum + label, 0)
  return {
    name: set.name,
    format: set.format,
    pairs: set.pairs.same.length,
    same,
    different: set.pairs.same.length - same,
    ...(set.folds === undefined ? {} : { folds: foldSizes(set.folds) }),
    images: set.imageCount,
    ...tally.counts,
    fingerprint: set.fingerprint,
  }
}

/** Up to `count` of the pairs with this label, spread evenly over the set. */
function samplePairs({ same }: TestSet['pairs'], label: number, count: number): number[] {
  const pairs = [...same.keys()].filter((pair) => same[pair] === label)
  const taken = Math.min(count, pairs.length)
  return Array.from({ length: taken }, (_, i) => pairs[Math.floor((i * pairs.length) / taken)])
}

/**
 * Draws pairs of a test set as a PNG: rows of same pairs, then rows of different ones, four pairs a row, each
 * with its number.
 * @throws InputError where an image does not decode or the file cannot be written
 */
export async function writePairSheet(set: TestSet, outFile: string): Promise<void> {
  const rows = [1, 0].flatMap((label) => {
    const pairs = samplePairs(set.pairs, label, PAIRS_A_ROW * ROWS_A_LABEL)
    return Array.from({ length: Math.ceil(pairs.length / PAIRS_A_ROW) }, (_, row) => ({
      label: label === 1 ? 'same' : 'different',
      pairs: pairs.slice(row * PAIRS_A_ROW, (row + 1) * PAIRS_A_ROW),
    }))
  })
  const cell = async (index: number, caption: string): Promise<SheetCell> => ({
    image: await set.read(index),
    name: set.imageName(index),
    caption,
  })
  async function* cells() {
    for (const { pairs } of rows) {
      for (let column = 0; column < PAIRS_A_ROW; column++) {
        const pair = pairs[column]
        if (pair === undefined) {
          yield* [undefined, undefined]
          continue
        }
        yield await cell(set.pairs.first[pair], `pair ${pair}`)
        yield await cell(set.pairs.second[pair], set.imageName(set.pairs.second[pair]))
      }
    }
  }
  const title = `${set.name}: ${set.pairs.same.length} pairs`
  const layout = { columns: 2 * PAIRS_A_ROW, title, rowLabels: rows.map(({ label }) => label) }
  await writeContactSheet(cells(), layout, outFile)
}
