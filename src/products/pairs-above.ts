import type { FeatureRows } from './feature-rows.js'
import { type SearchOptions, searchPairs } from './pair-search.js'
import type { RowIndex } from './row-index.js'

/** A row of the query and a row of the index with their cosine. */
export interface Pair {
  readonly row: number
  readonly column: number
  readonly similarity: number
}

/**
 * Every pair of a row of `query` and a row of `index` whose cosine is above `threshold`, exactly, in no
 * particular order. Time as rows x index.rows x columns; memory as the number of pairs found.
 */
export async function pairsAbove(
  query: FeatureRows,
  index: RowIndex,
  threshold: number,
  options: SearchOptions = {},
): Promise<Pair[]> {
  const pairs: Pair[] = []
  await searchPairs(
    query,
    index,
    {
      rows: new Float64Array(query.matrix.rows).fill(threshold),
      columns: new Float64Array(index.rows).fill(Number.POSITIVE_INFINITY),
    },
    (row, column, similarity) => {
      if (similarity > threshold) pairs.push({ row, column, similarity })
    },
    options,
  )
  return pairs
}
