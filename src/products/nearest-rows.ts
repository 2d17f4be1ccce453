import { cosine, type FeatureRows, sliceRows } from './feature-rows.js'
import { likelyNearest } from './likely-nearest.js'
import { type PairVisitor, searchPairs } from './pair-search.js'
import type { RowIndex } from './row-index.js'

/** For each row of a query the row of an index that it is most similar to. */
export interface NearestRows {
  /** number in the index; the lowest where several are equally near */
  readonly nearest: Int32Array
  /** cosine with it */
  readonly highest: Float64Array
}

export interface NearestOptions {
  /** a row of the index that each query row can be compared with first, as a start; the better, the faster */
  readonly start?: ArrayLike<number>
  /** from which cosine on pairs matter to the index's rows as well; see `Needs` */
  readonly columnNeeds?: Float64Array
  /** is told every pair that is computed: those that matter to `columnNeeds` among them */
  readonly visit?: PairVisitor
  readonly onPairs?: (done: number) => void
}

async function likelyStart(query: FeatureRows, index: RowIndex): Promise<Int32Array> {
  const [first] = index.blocks
  const start = new Int32Array(query.matrix.rows)
  for (let at = 0; at < start.length; at += index.blockRows) {
    const { left } = index.kernel.pack(sliceRows(query, at, Math.min(at + index.blockRows, start.length)))
    start.set(await likelyNearest(index.kernel, left, first, false), at)
  }
  return start
}

/** Finds nearest rows, exactly. Time as rows x index.rows x columns, see {@link searchPairs}. */
export async function nearestRows(
  query: FeatureRows,
  index: RowIndex,
  options: NearestOptions = {},
): Promise<NearestRows> {
  const { rows } = query.matrix
  const nearest = new Int32Array(rows).fill(-1)
  const highest = new Float64Array(rows).fill(-1)
  const offer: PairVisitor = (row, column, similarity) => {
    const best = highest[row]
    if (nearest[row] === -1 || similarity > best || (similarity === best && column < nearest[row])) {
      highest[row] = similarity
      nearest[row] = column
    }
    options.visit?.(row, column, similarity)
  }
  const start = options.start ?? (await likelyStart(query, index))
  for (let row = 0; row < rows; row++) {
    const column = start[row]
    const block = index.blockOf(column)
    offer(row, column, cosine(query, row, block.rows, column - block.start))
  }
  const columns = options.columnNeeds ?? new Float64Array(index.rows).fill(Number.POSITIVE_INFINITY)
  await searchPairs(query, index, { rows: highest, columns }, offer, options)
  return { nearest, highest }
}
