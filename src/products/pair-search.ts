import { cosine, type FeatureRows, sliceRows } from './feature-rows.js'
import { BLOCK_ROWS, type IndexBlock, type RowIndex } from './row-index.js'
import { COLUMN_GROUP, type PackedRows } from './tile-kernel.js'
import { FLAGGED, levelOf, lossBounds, type TileScale, tileScale } from './tile-scale.js'

/**
 * From which cosine on a pair matters to each row and to each column; infinity where none does. The arrays
 * may be changed while a search runs, upwards only: the higher they get, the less is left to compute.
 */
export interface Needs {
  readonly rows: Float64Array
  readonly columns: Float64Array
}

/** Is told a pair and its exact cosine. */
export type PairVisitor = (row: number, column: number, similarity: number) => void

export interface SearchOptions {
  /** is told the number of pairs that have been dealt with, after every tile */
  readonly onPairs?: (done: number) => void
}

/** The part of a block of rows that is being compared, with the number of its first row. */
interface Side {
  readonly start: number
  readonly rows: FeatureRows
  readonly packed: PackedRows
}

const HIGH_BITS = 0x80808080 | 0

class TileScanner {
  readonly #bytes = new Uint8Array(BLOCK_ROWS * BLOCK_ROWS)
  readonly #words = new Int32Array(this.#bytes.buffer)

  constructor(
    private readonly index: RowIndex,
    private readonly needs: Needs,
    private readonly visit: PairVisitor,
  ) {}

  /** @param above only pairs whose column's number is above the row's */
  async scan(left: Side, right: IndexBlock, above: boolean): Promise<void> {
    const { needs } = this
    const rowNeeds = needs.rows.subarray(left.start, left.start + left.packed.rows)
    const columnNeeds = needs.columns.subarray(right.start, right.start + right.packed.rows)
    const losses = lossBounds(left.packed, right.packed)
    const scale = tileScale(rowNeeds, columnNeeds, losses)
    if (scale === undefined) return
    await this.index.kernel.multiply(left.packed, right.packed, scale.step, scale.zero, this.#bytes)
    const words = this.#words
    const wordsPerRow = right.packed.paddedRows / 4
    for (let i = 0; i < left.packed.rows; i++) {
      const first = above ? Math.max(0, left.start + i + 1 - right.start) : 0
      const end = (i + 1) * wordsPerRow
      const from = i * wordsPerRow + (Math.floor(first / COLUMN_GROUP) * COLUMN_GROUP) / 4
      for (let w = from; w < end; w += 4) {
        if (((words[w] | words[w + 1] | words[w + 2] | words[w + 3]) & HIGH_BITS) !== 0) {
          this.#visitGroup(left, right, i, (w - i * wordsPerRow) * 4, first, scale, losses)
        }
      }
    }
  }

  #visitGroup(
    left: Side,
    right: IndexBlock,
    i: number,
    group: number,
    first: number,
    scale: TileScale,
    losses: { rows: Float64Array; columns: Float64Array },
  ): void {
    const bytes = this.#bytes
    const { rowLevels, columnLevels, step, zero } = scale
    const { needs } = this
    const row = left.start + i
    const offset = i * right.packed.paddedRows
    const end = Math.min(group + COLUMN_GROUP, right.packed.rows)
    for (let j = Math.max(group, first); j < end; j++) {
      const byte = bytes[offset + j]
      if (byte < FLAGGED || (byte < rowLevels[i] && byte < columnLevels[j])) continue
      const column = right.start + j
      this.visit(row, column, cosine(left.rows, i, right.rows, j))
      rowLevels[i] = levelOf(needs.rows[row] - losses.rows[i], step, zero)
      columnLevels[j] = levelOf(needs.columns[column] - losses.columns[j], step, zero)
    }
  }
}

/**
 * Visits pairs of a row of `query` and a row of `index`: every pair whose exact cosine is at least what its
 * row or its column needs, and a few that only might have been. Most pairs are ruled out in integer products
 * with a proven bound (see quantisation.ts); the rest are computed in float64.
 *
 * Takes time as rows x index.rows x columns, plus as many float64 products as there are pairs within the
 * bound (about 0.03) of their row's or column's need: where thousands of rows are alike, that is the most of
 * it. Memory: one tile and one packed block of the query.
 */
export async function searchPairs(
  query: FeatureRows,
  index: RowIndex,
  needs: Needs,
  visit: PairVisitor,
  options: SearchOptions = {},
): Promise<void> {
  const scanner = new TileScanner(index, needs, visit)
  const { rows } = query.matrix
  let done = 0
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const block = sliceRows(query, start, Math.min(start + BLOCK_ROWS, rows))
    const left = { start, rows: block, packed: index.kernel.packLeft(block) }
    for (const right of index.blocks) {
      await scanner.scan(left, right, false)
      done += left.packed.rows * right.packed.rows
      options.onPairs?.(done)
    }
  }
}

/**
 * Visits each pair of rows of one index once, the row that comes first in it as `row`: otherwise as
 * {@link searchPairs}, with half the products. `needs.rows` and `needs.columns` may be the same array.
 */
export async function searchOwnPairs(
  index: RowIndex,
  needs: Needs,
  visit: PairVisitor,
  options: SearchOptions = {},
): Promise<void> {
  const scanner = new TileScanner(index, needs, visit)
  let done = 0
  for (const [b, { start, rows }] of index.blocks.entries()) {
    const left = { start, rows, packed: index.kernel.packLeft(rows) }
    for (const right of index.blocks.slice(b)) {
      await scanner.scan(left, right, right.start === start)
      const { rows: height } = rows.matrix
      done += right.start === start ? (height * (height - 1)) / 2 : height * right.packed.rows
      options.onPairs?.(done)
    }
  }
}

/**
 * A likely nearest row in one block of the index for each row of the query, as numbers in the index: the
 * highest by byte, no more. A search starts faster from it. With `own`, the query's row q is row
 * `block.start + q` of the index and is not compared with itself.
 */
export async function likelyNearest(
  query: FeatureRows,
  index: RowIndex,
  block: IndexBlock,
  own: boolean,
): Promise<Int32Array> {
  const left = index.kernel.packLeft(query)
  const { rows, paddedRows } = block.packed
  const bytes = new Uint8Array(left.rows * paddedRows)
  await index.kernel.multiply(left, block.packed, Math.fround(1 / 255), 0, bytes)
  return Int32Array.from({ length: left.rows }, (_, i) => {
    let nearest = -1
    let highest = -1
    for (let j = 0; j < rows; j++) {
      const byte = bytes[i * paddedRows + j]
      if (byte > highest && !(own && i === j)) {
        highest = byte
        nearest = j
      }
    }
    return nearest === -1 ? -1 : block.start + nearest
  })
}
