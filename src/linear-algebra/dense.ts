/** A dense matrix of float64, `rows * columns` numbers, row after row. */
export interface Dense {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

/** A view of rows `from` .. `to` (exclusive): shares the numbers, copies nothing. */
export function rowsOf(matrix: Dense, from: number, to: number): Dense {
  const { columns, data } = matrix
  return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) }
}

/** The transpose, copied tile by tile so that both sides stay in the cache. */
export function transposed({ rows, columns, data }: Dense): Dense {
  const out = new Float64Array(rows * columns)
  const tile = 32
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(rows, i0 + tile)
    for (let j0 = 0; j0 < columns; j0 += tile) {
      const j1 = Math.min(columns, j0 + tile)
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) out[j * rows + i] = data[i * columns + j]
    }
  }
  return { rows: columns, columns: rows, data: out }
}

/** The symmetric matrix whose rows and columns are taken in another order: out[i][j] = m[order[i]][order[j]]. */
export function reordered(symmetric: Dense, order: Uint32Array): Dense {
  const n = order.length
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const from = order[i] * symmetric.columns
    for (let j = 0; j < n; j++) out[i * n + j] = symmetric.data[from + order[j]]
  }
  return { rows: n, columns: n, data: out }
}

/** The sum of the diagonal. */
export function trace({ rows, columns, data }: Dense): number {
  let sum = 0
  for (let i = 0; i < rows; i++) sum += data[i * columns + i]
  return sum
}
