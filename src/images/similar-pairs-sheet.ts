import { writeDurably } from '../bytes/files.js'
import { drawContactSheet, type SheetCell, type SheetPlace } from './contact-sheet.js'

/** Two sides that look alike: their pictures, what they are called, and how similar they are. */
export interface SheetPair {
  readonly left: readonly SheetCell[]
  readonly right: readonly SheetCell[]
  readonly names: readonly [left: string, right: string]
  /** cosine, -1 .. 1 */
  readonly similarity: number
}

const filled = (cells: readonly SheetCell[], width: number, caption: string): SheetPlace[] =>
  Array.from({ length: width }, (_, i): SheetPlace => {
    const cell = cells[i]
    return cell && { ...cell, ...(i === 0 && { caption }) }
  })

/**
 * Draws pairs one below another: pictures of the one side, a gap, pictures of the other; the similarity beside
 * them and the names below.
 * @param where what messages call the sheet
 * @throws InputError as {@link drawContactSheet}
 */
export function drawSimilarPairs(
  pairs: readonly SheetPair[],
  title: string | undefined,
  where: string,
  form: 'png' | 'jpeg',
): Promise<Buffer> {
  const widest = (side: 'left' | 'right'): number => Math.max(1, ...pairs.map((pair) => pair[side].length))
  const [left, right] = [widest('left'), widest('right')]
  const places = pairs.flatMap((pair): SheetPlace[] => [
    ...filled(pair.left, left, pair.names[0]),
    ...filled(pair.right, right, pair.names[1]),
  ])
  const rowLabels = pairs.map(({ similarity }) => similarity.toFixed(4))
  const columns = left + right
  const layout = { columns, gapBefore: [left], ...(title !== undefined && { title }), rowLabels }
  return drawContactSheet(places, layout, where, form)
}

/** Draws the pairs as a PNG file. @throws InputError as {@link drawSimilarPairs}, and where it can't be written */
export async function writeSimilarPairs(
  pairs: readonly SheetPair[],
  title: string,
  outFile: string,
): Promise<void> {
  await writeDurably(outFile, await drawSimilarPairs(pairs, title, outFile, 'png'))
}
