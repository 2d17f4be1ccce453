import { cosine, type FeatureRows, sliceRows } from './feature-rows.js'
import { BLOCK_ROWS, type IndexBlock, type RowIndex } from './row-index.js'
import { COLUMN_GROUP, type PackedRows, SLACK } from './tile-kernel.js'
import { FLAGGED, type Losses, levelOf, lossBounds, type TileScale, tileScale } from './tile-scale.js'

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

const HIGH_BITS = 0x80808080 | 0

/** Compares one block of rows with another at a time. */
class TileScanner {
  readonly #bytes = new Uint8Array(BLOCK_ROWS * BLOCK_ROWS)
  readonly #words = new Int32Array(this.#bytes.buffer)

  constructor(
    private readonly index: RowIndex,
    private readonly needs: Needs,
    private readonly visit: PairVisitor,
  ) {}

  /** @param above only pairs whose column's number is above the row's */
  async scan(rows: IndexBlock, columns: IndexBlock, above: boolean): Promise<void> {
    const { left } = rows
    const { right } = columns
    const losses = lossBounds(left, right)
    const scale = tileScale(
      this.needs.rows.subarray(rows.start, rows.start + left.rows),
      this.needs.columns.subarray(columns.start, columns.start + right.rows),
      losses,
    )
    if (scale === undefined) return
    await this.index.kernel.multiply(left, right, scale.step, scale.zero, this.#bytes)
    const low = lowColumns(scale)
    for (let i = 0; i < left.rows; i++) {
      const first = above ? Math.max(0, rows.start + i + 1 - columns.start) : 0
      const look = (j: number): void => this.#look(rows, columns, i, j, scale, losses)
      if (scale.rowLevels[i] < FLAGGED) {
        for (let j = first; j < right.rows; j++) look(j)
      } else {
        this.#lookAtFlagged(i * right.paddedRows, first, right, look)
        const bytes = this.#bytes.subarray(i * right.paddedRows, (i + 1) * right.paddedRows)
        for (const j of low) if (j >= first && bytes[j] < FLAGGED) look(j)
      }
    }
  }

  /** Finds the flagged bytes of one row of the tile, 16 at a time. */
  #lookAtFlagged(offset: number, first: number, right: PackedRows, look: (j: number) => void): void {
    const words = this.#words
    const bytes = this.#bytes
    const end = (offset + right.paddedRows) / 4
    for (let w = (offset + first - (first % COLUMN_GROUP)) / 4; w < end; w += 4) {
      if (((words[w] | words[w + 1] | words[w + 2] | words[w + 3]) & HIGH_BITS) === 0) continue
      for (let v = w; v < w + 4; v++) {
        if ((words[v] & HIGH_BITS) === 0) continue
        for (let at = v * 4; at < v * 4 + 4; at++) {
          const j = at - offset
          if (bytes[at] >= FLAGGED && j >= first && j < right.rows) look(j)
        }
      }
    }
  }

  /** Visits a pair if its byte and the pair's own bound leave open that it matters. */
  #look(
    { start, rows, left }: IndexBlock,
    columns: IndexBlock,
    i: number,
    j: number,
    { rowLevels, columnLevels, step, zero }: TileScale,
    losses: Losses,
  ): void {
    const { needs } = this
    const { right } = columns
    const byte = this.#bytes[i * right.paddedRows + j]
    if (byte < rowLevels[i] && byte < columnLevels[j]) return
    const row = start + i
    const column = columns.start + j
    if (byte < 255) {
      // The levels assume the worst partner in the tile; this is the bound of the pair itself.
      const loss = left.residuals[i] + left.norms[i] * right.residuals[j] + SLACK
      const most = (byte - zero + 0.5) * step + loss
      if (most < needs.rows[row] && most < needs.columns[column]) return
    }
    this.visit(row, column, cosine(rows, i, columns.rows, j))
    rowLevels[i] = levelOf(needs.rows[row] - losses.rows[i], step, zero)
    columnLevels[j] = levelOf(needs.columns[column] - losses.columns[j], step, zero)
  }
}

/** The columns that pairs without a flag may matter to. */
function lowColumns({ columnLevels }: TileScale): number[] {
  const low: number[] = []
  for (const [j, level] of columnLevels.entries()) if (level < FLAGGED) low.push(j)
  return low
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
    const packed = { start, rows: block, ...index.kernel.pack(block) }
    for (const columns of index.blocks) {
      await scanner.scan(packed, columns, false)
      done += packed.left.rows * columns.right.rows
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
  for (const [b, rows] of index.blocks.entries()) {
    for (const columns of index.blocks.slice(b)) {
      const same = columns === rows
      await scanner.scan(rows, columns, same)
      const height = rows.left.rows
      done += same ? (height * (height - 1)) / 2 : height * columns.right.rows
      options.onPairs?.(done)
    }
  }
}
