import { type Matrix, rowsOf } from '../arrays/matrix.js'
import { productOfRows } from './products.js'

/** Columns that are factored before the rest of the matrix is brought up to date in one product. */
const BLOCK = 64

export interface PivotedCholesky {
  /** the numerical rank r */
  readonly rank: number
  /** the pivots: row i of the factor belongs to row `order[i]` of the matrix */
  readonly order: Uint32Array
  /** n x r, lower trapezoidal: m[order[i]][order[j]] = factor[i] . factor[j] */
  readonly factor: Matrix<Float64Array>
}

function swapRows(data: Float64Array, columns: number, i: number, j: number): void {
  const held = data.slice(i * columns, (i + 1) * columns)
  data.copyWithin(i * columns, j * columns, (j + 1) * columns)
  data.set(held, j * columns)
}

function swapRowsAndColumns(data: Float64Array, n: number, i: number, j: number): void {
  swapRows(data, n, i, j)
  for (let row = 0; row < n * n; row += n) {
    const held = data[row + i]
    data[row + i] = data[row + j]
    data[row + j] = held
  }
}

/**
 * The Cholesky factor of a symmetric positive semidefinite matrix with complete pivoting (LAPACK's dpstrf): a
 * singular matrix, such as the covariance of fewer images than dimensions, gives a factor of its rank. It ends
 * where the largest pivot left is at most n * 2^-52 times the largest diagonal element.
 * Time n^2 r operations, memory three matrices.
 */
export async function pivotedCholesky(matrix: Matrix<Float64Array>): Promise<PivotedCholesky> {
  const n = matrix.rows
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  const factor = new Float64Array(n * n)
  let rest = matrix.data.slice()
  let largest = 0
  for (let i = 0; i < n; i++) largest = Math.max(largest, rest[i * n + i])
  const tolerance = n * Number.EPSILON * largest
  let rank = 0
  for (let start = 0; start < n; start += BLOCK) {
    const m = n - start
    const width = Math.min(BLOCK, m)
    const block = new Float64Array(m * width)
    const taken = new Float64Array(m)
    let done = 0
    for (; done < width; done++) {
      let pivot = done
      let best = -1
      for (let i = done; i < m; i++) {
        const left = rest[i * m + i] - taken[i]
        if (left > best) {
          best = left
          pivot = i
        }
      }
      if (best <= tolerance) break
      if (pivot !== done) {
        swapRowsAndColumns(rest, m, done, pivot)
        swapRows(block, width, done, pivot)
        swapRows(factor, n, start + done, start + pivot)
        taken[pivot] = taken[done]
        const held = order[start + done]
        order[start + done] = order[start + pivot]
        order[start + pivot] = held
      }
      const root = Math.sqrt(best)
      const own = done * width
      block[own + done] = root
      for (let i = done + 1; i < m; i++) {
        const at = i * width
        let dot = 0
        for (let k = 0; k < done; k++) dot += block[at + k] * block[own + k]
        const value = (rest[done * m + i] - dot) / root
        block[at + done] = value
        taken[i] += value * value
      }
    }
    for (let i = 0; i < m; i++) {
      factor.set(block.subarray(i * width, i * width + done), (start + i) * n + start)
    }
    rank = start + done
    if (done < width || start + width === n) break
    const below = rowsOf({ rows: m, columns: width, data: block }, width, m)
    const { data: change, rows: left } = await productOfRows(below, below)
    for (let i = 0; i < left; i++) {
      const from = (i + width) * m + width
      const to = i * left
      for (let j = 0; j < left; j++) rest[to + j] = rest[from + j] - change[to + j]
    }
    rest = rest.subarray(0, left * left)
  }
  const kept = new Float64Array(n * rank)
  for (let i = 0; i < n; i++) kept.set(factor.subarray(i * n, i * n + rank), i * rank)
  return { rank, order, factor: { rows: n, columns: rank, data: kept } }
}
