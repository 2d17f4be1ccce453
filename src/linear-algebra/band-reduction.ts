import type { Matrix } from '../arrays/matrix.js'
import { reflect } from './householder.js'
import { product, productOfColumns, productOfRows } from './products.js'

/** A symmetric band matrix: element (i + d, i) is `data[d * size + i]`, for d = 0 .. width. */
export interface Band {
  readonly size: number
  readonly width: number
  readonly data: Float64Array
}

/** The QR factors of a panel: Q = I - V T V^T. */
interface PanelQr {
  /** rows x reflections, unit lower trapezoidal */
  readonly v: Matrix<Float64Array>
  /** reflections x reflections, upper triangular */
  readonly t: Matrix<Float64Array>
  /** the panel by columns: column c holds R in its first c + 1 rows */
  readonly columns: Float64Array
}

/** Factors `columns` (a panel stored by columns) by Householder reflections; the compact WY form of the product. */
function panelQr(columns: Float64Array, rows: number, width: number): PanelQr {
  const reflections = Math.min(width, rows)
  const v = new Float64Array(rows * reflections)
  const t = new Float64Array(reflections * reflections)
  const overlap = new Float64Array(reflections)
  for (let c = 0; c < reflections; c++) {
    const own = c * rows
    const { tau, beta } = reflect(columns, own + c, rows - c)
    for (let other = c + 1; other < width; other++) {
      const at = other * rows
      let dot = 0
      for (let i = c; i < rows; i++) dot += columns[own + i] * columns[at + i]
      dot *= tau
      for (let i = c; i < rows; i++) columns[at + i] -= dot * columns[own + i]
    }
    for (let i = c; i < rows; i++) v[i * reflections + c] = columns[own + i]
    columns[own + c] = beta
    overlap.fill(0)
    for (let i = c; i < rows; i++) {
      const at = i * reflections
      const value = v[at + c]
      for (let p = 0; p < c; p++) overlap[p] += v[at + p] * value
    }
    for (let p = 0; p < c; p++) {
      let sum = 0
      for (let q = p; q < c; q++) sum += t[p * reflections + q] * overlap[q]
      t[p * reflections + c] = -tau * sum
    }
    t[c * reflections + c] = tau
  }
  return {
    v: { rows, columns: reflections, data: v },
    t: { rows: reflections, columns: reflections, data: t },
    columns,
  }
}

/** The two factors [V W] and [W V] of the rank-2k change V W^T + W V^T that Q^T A Q makes to A. */
async function trailingChange(
  trailing: Matrix<Float64Array>,
  { v, t }: PanelQr,
): Promise<Matrix<Float64Array>> {
  const vt = await product(v, t)
  const x = await product(trailing, vt)
  const half = await productOfColumns(vt, x)
  for (let i = 0; i < half.data.length; i++) half.data[i] *= 0.5
  const correction = await product(v, half)
  const { rows, columns } = v
  const left = new Float64Array(rows * 2 * columns)
  const right = new Float64Array(rows * 2 * columns)
  for (let i = 0; i < rows; i++) {
    const from = i * columns
    const to = 2 * from
    for (let c = 0; c < columns; c++) {
      const w = x.data[from + c] - correction.data[from + c]
      left[to + c] = v.data[from + c]
      left[to + columns + c] = w
      right[to + c] = w
      right[to + columns + c] = v.data[from + c]
    }
  }
  return productOfRows(
    { rows, columns: 2 * columns, data: left },
    { rows, columns: 2 * columns, data: right },
  )
}

/**
 * Reduces a symmetric matrix to a band by orthogonal similarity: block Householder reflections, nearly all of the
 * work in matrix products (the first half of the two-stage reduction of Bischof, Lang and Sun, "A framework for
 * symmetric band reduction", TOMS 2000). The eigenvalues stay. 2 n^3 operations, memory two matrices.
 *
 * @param width the band's number of diagonals below the main one, at least 1
 */
export async function reduceToBand(symmetric: Matrix<Float64Array>, width: number): Promise<Band> {
  const size = symmetric.rows
  const band = new Float64Array((width + 1) * size)
  let rest = symmetric.data.slice()
  let start = 0
  for (let m = size; m > width + 1; m = size - start) {
    const below = m - width
    const columns = new Float64Array(width * below)
    const trailing = new Float64Array(below * below)
    for (let i = 0; i < below; i++) {
      const from = (i + width) * m
      for (let c = 0; c < width; c++) columns[c * below + i] = rest[from + c]
      trailing.set(rest.subarray(from + width, from + m), i * below)
    }
    for (let c = 0; c < width; c++) {
      for (let i = c; i < width; i++) band[(i - c) * size + start + c] = rest[i * m + c]
    }
    const qr = panelQr(columns, below, width)
    for (let c = 0; c < width; c++) {
      for (let i = 0; i <= Math.min(c, below - 1); i++) {
        band[(width + i - c) * size + start + c] = qr.columns[c * below + i]
      }
    }
    const change = await trailingChange({ rows: below, columns: below, data: trailing }, qr)
    rest = rest.subarray(0, below * below)
    for (let i = 0; i < rest.length; i++) rest[i] = trailing[i] - change.data[i]
    start += width
  }
  const left = size - start
  for (let c = 0; c < left; c++) {
    for (let i = c; i < left; i++) band[(i - c) * size + start + c] = rest[i * left + c]
  }
  return { size, width, data: band }
}
