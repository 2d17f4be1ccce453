import type { Matrix } from '../arrays/matrix.js'
import { reduceToBand } from './band-reduction.js'
import { bandToTridiagonal, tridiagonalEigenvalues } from './tridiagonal.js'

/** Diagonals below the main one of the band in between: fewer slow the products, more slow the chase. */
const BAND_WIDTH = 32

/**
 * All eigenvalues of a symmetric matrix, smallest first: dense to band to tridiagonal to values. Their error is a
 * small multiple of 2^-52 times the largest. 2 n^3 operations in products and 200 n^2 outside them.
 */
export async function symmetricEigenvalues(symmetric: Matrix<Float64Array>): Promise<Float64Array> {
  const band = await reduceToBand(symmetric, BAND_WIDTH)
  return tridiagonalEigenvalues(bandToTridiagonal(band)).sort()
}
