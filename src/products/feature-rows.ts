import { type Matrix, rowsOf } from '../arrays/matrix.js'
import { InputError } from '../errors.js'

/** Features, one a row, whose directions can be compared: every number is finite, no row is all zero. */
export interface FeatureRows {
  readonly matrix: Matrix<Float32Array>
  /** 1 / Euclidean norm of each row */
  readonly inverseNorms: Float64Array
}

/**
 * Checks features and measures their norms. One pass.
 *
 * @param where what a message calls them: the file
 * @param firstRow what a message counts the rows from, where they are a part of a file
 * @throws InputError at the first row that has no direction (NaN, infinity, or all zero)
 */
export function featureRows(matrix: Matrix<Float32Array>, where: string, firstRow = 0): FeatureRows {
  const { rows, columns, data } = matrix
  if (columns === 0) throw new InputError('the features have no numbers', where, 'extract them again')
  const inverseNorms = new Float64Array(rows)
  for (let row = 0, at = 0; row < rows; row++) {
    let squares = 0
    for (const end = at + columns; at < end; at++) squares += data[at] * data[at]
    if (!(squares > 0 && squares < Number.POSITIVE_INFINITY)) {
      const what = squares === 0 ? 'is all zero: it has no direction' : 'holds NaN or infinity'
      throw new InputError(
        `row ${firstRow + row} (counted from 0) ${what}`,
        where,
        'remove it, or extract the features again',
      )
    }
    inverseNorms[row] = 1 / Math.sqrt(squares)
  }
  return { matrix, inverseNorms }
}

/** The rows `start` .. `end` - 1, without copying. */
export function sliceRows({ matrix, inverseNorms }: FeatureRows, start: number, end: number): FeatureRows {
  return {
    matrix: rowsOf(matrix, start, end),
    inverseNorms: inverseNorms.subarray(start, end),
  }
}

/**
 * Cosine similarity of row `i` of `a` and row `j` of `b`, -1 .. 1: the inner product summed in float64 over
 * the float32 features as they are, divided by both norms. This is the number that every count of this
 * program is decided with; it does not depend on which of the two rows comes first.
 */
export function cosine(a: FeatureRows, i: number, b: FeatureRows, j: number): number {
  const { columns, data } = a.matrix
  const other = b.matrix.data
  let p = i * columns
  let q = j * columns
  const end = p + columns
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (const last = end - 3; p < last; p += 4, q += 4) {
    first += data[p] * other[q]
    second += data[p + 1] * other[q + 1]
    third += data[p + 2] * other[q + 2]
    fourth += data[p + 3] * other[q + 3]
  }
  for (; p < end; p++, q++) first += data[p] * other[q]
  const product = first + second + (third + fourth)
  return Math.max(-1, Math.min(1, product * (a.inverseNorms[i] * b.inverseNorms[j])))
}
