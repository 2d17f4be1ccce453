import { lookAhead } from '../threads/look-ahead.js'
import { cosine, type FeatureRows, sliceRows } from './feature-rows.js'
import type { IndexBlock, RowIndex } from './row-index.js'
import { scannerFor } from './scanner-threads.js'
import {
  type Candidates,
  candidateColumn,
  candidateRow,
  type ListedPairs,
  mostOfCandidate,
} from './tile-candidates.js'
import type { TileScanner } from './tile-scanner.js'

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

/** One block of rows against another. */
interface Tile {
  readonly rows: IndexBlock
  readonly columns: IndexBlock
  /** both are the same block: each pair once */
  readonly above: boolean
}

interface ScannedTile extends Tile {
  readonly candidates: Candidates | ListedPairs
}

/** Looks for candidates by what is needed now. */
async function scanTile(tile: Tile, needs: Needs, scanner: TileScanner): Promise<ScannedTile> {
  const { rows, columns, above } = tile
  const { left } = rows
  const { right } = columns
  const rowNeeds = needs.rows.slice(rows.start, rows.start + left.rows)
  const columnNeeds = needs.columns.slice(columns.start, columns.start + right.rows)
  return { ...tile, candidates: await scanner.scan({ left, right, rowNeeds, columnNeeds, above }) }
}

/** Visits the candidates that may still matter: the needs are higher than when the tile was looked through. */
function visitCandidates({ rows, columns, candidates }: ScannedTile, needs: Needs, visit: PairVisitor): void {
  const { left } = rows
  const { right } = columns
  const visitPair = (i: number, j: number): void =>
    visit(rows.start + i, columns.start + j, cosine(rows.rows, i, columns.rows, j))
  if ('columns' in candidates) {
    for (let at = 0; at < candidates.rows.length; at++) visitPair(candidates.rows[at], candidates.columns[at])
    return
  }
  const { pairs } = candidates
  for (let at = 0; at < pairs.length; at++) {
    const pair = pairs[at]
    const i = candidateRow(pair)
    const j = candidateColumn(pair)
    const most = mostOfCandidate(candidates, pair, left, right)
    if (most < needs.rows[rows.start + i] && most < needs.columns[columns.start + j]) continue
    visitPair(i, j)
  }
}

async function searchTiles(
  tiles: Iterable<Tile>,
  needs: Needs,
  visit: PairVisitor,
  scanner: TileScanner,
  { onPairs }: SearchOptions,
): Promise<void> {
  function* jobs() {
    for (const tile of tiles) yield () => scanTile(tile, needs, scanner)
  }
  let done = 0
  for await (const tile of lookAhead(jobs(), scanner.ahead)) {
    visitCandidates(tile, needs, visit)
    const height = tile.rows.left.rows
    done += tile.above ? (height * (height - 1)) / 2 : height * tile.columns.right.rows
    onPairs?.(done)
  }
}

/**
 * Visits pairs of a row of `query` and a row of `index`: every pair whose exact cosine is at least what its
 * row or its column needs, and a few that only might have been. Most pairs are ruled out in integer products
 * with a proven bound (see quantisation.ts); the rest are computed in float64.
 *
 * Takes time as rows x index.rows x columns, plus as many float64 products as there are pairs within the
 * bound (about 0.03) of their row's or column's need: where thousands of rows are alike, that is the most of
 * it. Memory: a tile (4 MB) for each core and some packed blocks of the query.
 */
export async function searchPairs(
  query: FeatureRows,
  index: RowIndex,
  needs: Needs,
  visit: PairVisitor,
  options: SearchOptions = {},
): Promise<void> {
  const { rows, columns } = query.matrix
  const { blockRows } = index
  function* tiles(): Generator<Tile> {
    for (let start = 0; start < rows; start += blockRows) {
      const block = sliceRows(query, start, Math.min(start + blockRows, rows))
      const packed = { start, rows: block, ...index.kernel.pack(block) }
      for (const block of index.blocks) yield { rows: packed, columns: block, above: false }
    }
  }
  const scanner = scannerFor(index.kernel, rows * index.rows * columns)
  await searchTiles(tiles(), needs, visit, scanner, options)
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
  const { blocks } = index
  function* tiles(): Generator<Tile> {
    for (const [b, rows] of blocks.entries()) {
      for (const columns of blocks.slice(b)) yield { rows, columns, above: columns === rows }
    }
  }
  const width = blocks[0]?.left.columns ?? 0
  const scanner = scannerFor(index.kernel, (index.rows ** 2 / 2) * width)
  await searchTiles(tiles(), needs, visit, scanner, options)
}
