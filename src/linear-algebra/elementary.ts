import type { Matrix } from '../arrays/matrix.js'

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
