import type { Matrix } from '../arrays/matrix.js'
import { pivotedCholesky } from './pivoted-cholesky.js'
import { productOfColumns, productOfRows } from './products.js'
import { symmetricEigenvalues } from './symmetric-eigenvalues.js'

/** L of A = L L^T, n x r for a matrix of rank r. */
async function rootOf(a: Matrix<Float64Array>): Promise<Matrix<Float64Array>> {
  const { factor, order } = await pivotedCholesky(a)
  const { rows, columns } = factor
  const data = new Float64Array(rows * columns)
  order.forEach((row, i) => {
    data.set(factor.data.subarray(i * columns, (i + 1) * columns), row * columns)
  })
  return { rows, columns, data }
}

/**
 * tr((A B)^(1/2)) of two symmetric positive semidefinite matrices, A = K K^T and B = L L^T: the sum of the singular values
 * of K^T L, which are the square roots of the eigenvalues of A B. They come from the smaller of (K^T L) (K^T L)^T and its
 * mirror image, so that no imaginary part can appear, and singular matrices (fewer images than dimensions) need no offset:
 * the rounding of their eigenvalues that are 0, whose roots would be large, is not there.
 */
export async function traceSqrtProduct(a: Matrix<Float64Array>, b: Matrix<Float64Array>): Promise<number> {
  const roots = [await rootOf(a), await rootOf(b)]
  const [low, high] = roots.toSorted((x, y) => x.columns - y.columns)
  if (low.columns === 0) return 0
  const cross = await productOfColumns(low, high)
  let sum = 0
  for (const value of await symmetricEigenvalues(await productOfRows(cross, cross))) {
    if (value > 0) sum += Math.sqrt(value)
  }
  return sum
}
