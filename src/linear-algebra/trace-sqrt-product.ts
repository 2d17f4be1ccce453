import { type Matrix, rowsOf } from '../arrays/matrix.js'
import { reordered, transposed } from './elementary.js'
import { pivotedCholesky } from './pivoted-cholesky.js'
import { product } from './products.js'
import { symmetricEigenvalues } from './symmetric-eigenvalues.js'

/** Rows of L^T that are multiplied at once; the zeros before them are skipped. */
const BLOCK = 256

/** L^T B for a lower trapezoidal L (n x r): the zeros above the diagonal are not multiplied. n^2 r operations. */
async function lowerTransposedTimes(
  factor: Matrix<Float64Array>,
  b: Matrix<Float64Array>,
): Promise<Matrix<Float64Array>> {
  const { rows: n, columns: rank } = factor
  const out = new Float64Array(rank * b.columns)
  for (let from = 0; from < rank; from += BLOCK) {
    const to = Math.min(rank, from + BLOCK)
    const part = new Float64Array((to - from) * (n - from))
    for (let j = from; j < n; j++) {
      for (let i = from; i < to; i++) part[(i - from) * (n - from) + j - from] = factor.data[j * rank + i]
    }
    const left = { rows: to - from, columns: n - from, data: part }
    out.set((await product(left, rowsOf(b, from, n))).data, from * b.columns)
  }
  return { rows: rank, columns: b.columns, data: out }
}

/**
 * tr((A B)^(1/2)) of two symmetric positive semidefinite matrices: the sum of the square roots of the eigenvalues
 * of L^T B L, where A = L L^T. These are A B's eigenvalues, but of a symmetric matrix, so no imaginary part can
 * appear, and singular matrices (fewer images than dimensions) need no offset. A is the one that is factored: give
 * the one of lower rank first.
 */
export async function traceSqrtProduct(a: Matrix<Float64Array>, b: Matrix<Float64Array>): Promise<number> {
  const { factor, order, rank } = await pivotedCholesky(a)
  if (rank === 0) return 0
  const half = transposed(await lowerTransposedTimes(factor, reordered(b, order)))
  const eigenvalues = await symmetricEigenvalues(await lowerTransposedTimes(factor, half))
  let sum = 0
  for (const value of eigenvalues) if (value > 0) sum += Math.sqrt(value)
  return sum
}
