import type { Matrix } from '../arrays/matrix.js'

/** The transpose, copied tile by tile so that both sides stay in the cache. */
export function transposed({ rows, columns, data }: Matrix<Float64Array>): Matrix<Float64Array> {
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
export function reordered(symmetric: Matrix<Float64Array>, order: Uint32Array): Matrix<Float64Array> {
  const n = order.length
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const from = order[i] * symmetric.columns
    for (let j = 0; j < n; j++) out[i * n + j] = symmetric.data[from + order[j]]
  }
  return { rows: n, columns: n, data: out }
}

/** The sum of the diagonal. */
export function trace({ rows, columns, data }: Matrix<Float64Array>): number {
  let sum = 0
  for (let i = 0; i < rows; i++) sum += data[i * columns + i]
  return sum
}

/** The squared length of each row. */
export function squaredNorms({ rows, columns, data }: Matrix<Float64Array>): Float64Array {
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let k = i * columns; k < (i + 1) * columns; k++) sum += data[k] * data[k]
    out[i] = sum
  }
  return out
}
