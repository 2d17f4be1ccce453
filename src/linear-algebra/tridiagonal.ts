import type { Band } from './band-reduction.js'
import { reflect } from './householder.js'

/** A symmetric tridiagonal matrix: `offDiagonal[i]` is element (i + 1, i); its last number is 0. */
export interface Tridiagonal {
  readonly diagonal: Float64Array
  readonly offDiagonal: Float64Array
}

/** The lower half of a symmetric matrix by columns: element (i, j), i >= j, is `data[j * height + i - j]`. */
interface LowerColumns {
  readonly size: number
  readonly height: number
  readonly data: Float64Array
}

/** A reflection I - tau v v^T of the rows `first` .. `first + length - 1`. */
interface Reflection {
  readonly v: Float64Array
  readonly tau: number
  readonly first: number
  readonly length: number
}

function applyFromLeft(
  { data, height }: LowerColumns,
  { v, tau, first, length }: Reflection,
  column: number,
): void {
  const at = column * height + first - column
  let dot = 0
  for (let i = 0; i < length; i++) dot += v[i] * data[at + i]
  dot *= tau
  for (let i = 0; i < length; i++) data[at + i] -= dot * v[i]
}

function applyFromBothSides(
  { data, height }: LowerColumns,
  { v, tau, first, length }: Reflection,
  work: Float64Array,
): void {
  work.fill(0, 0, length)
  for (let c = 0; c < length; c++) {
    const at = (first + c) * height - c
    const vc = v[c]
    let dot = data[at + c] * vc
    for (let i = c + 1; i < length; i++) {
      const value = data[at + i]
      dot += value * v[i]
      work[i] += value * vc
    }
    work[c] += dot
  }
  let dot = 0
  for (let i = 0; i < length; i++) {
    work[i] *= tau
    dot += work[i] * v[i]
  }
  const shift = -0.5 * tau * dot
  for (let i = 0; i < length; i++) work[i] += shift * v[i]
  for (let c = 0; c < length; c++) {
    const at = (first + c) * height - c
    const vc = v[c]
    const wc = work[c]
    for (let i = c; i < length; i++) data[at + i] -= v[i] * wc + work[i] * vc
  }
}

/** The rows below the reflection's own square: where its bulge grows. */
function applyFromRight(
  { data, height, size }: LowerColumns,
  { v, tau, first, length }: Reflection,
  width: number,
  work: Float64Array,
): void {
  const rows = Math.min(width, size - first - length)
  if (rows <= 0) return
  work.fill(0, 0, rows)
  for (let c = 0; c < length; c++) {
    const at = (first + c) * height + length - c
    const vc = v[c]
    for (let i = 0; i < rows; i++) work[i] += data[at + i] * vc
  }
  for (let c = 0; c < length; c++) {
    const at = (first + c) * height + length - c
    const factor = v[c] * tau
    for (let i = 0; i < rows; i++) data[at + i] -= work[i] * factor
  }
}

/**
 * Reduces a symmetric band to a tridiagonal by chasing bulges with Householder reflections (Lang, "A parallel
 * algorithm for reducing symmetric banded matrices to tridiagonal form", SISC 1993). The eigenvalues stay.
 * About 6 n^2 width operations.
 */
export function bandToTridiagonal(band: Band): Tridiagonal {
  const { size, width } = band
  const height = 2 * width + 1
  const data = new Float64Array(size * height)
  for (let d = 0; d <= width; d++) {
    for (let i = 0; i + d < size; i++) data[i * height + d] = band.data[d * size + i]
  }
  const matrix = { size, height, data }
  const v = new Float64Array(width)
  const work = new Float64Array(width)
  for (let sweep = 0; width > 1 && sweep < size - 2; sweep++) {
    let column = sweep
    let first = sweep + 1
    for (let length = Math.min(width, size - first); length > 1; length = Math.min(width, size - first)) {
      const at = column * height + first - column
      const { tau, beta } = reflect(data, at, length)
      if (tau === 0) {
        data[at] = beta
      } else {
        v.set(data.subarray(at, at + length))
        data.fill(0, at, at + length)
        data[at] = beta
        const reflection = { v, tau, first, length }
        for (let c = column + 1; c < first; c++) applyFromLeft(matrix, reflection, c)
        applyFromBothSides(matrix, reflection, work)
        applyFromRight(matrix, reflection, width, work)
      }
      column = first
      first += length
    }
  }
  const diagonal = new Float64Array(size)
  const offDiagonal = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    diagonal[i] = data[i * height]
    if (i + 1 < size) offDiagonal[i] = data[i * height + 1]
  }
  return { diagonal, offDiagonal }
}

/** Steps for each number that a matrix may take, on average (LAPACK's dsteqr allows as many; two or so are usual). */
const MOST_STEPS = 30
/** Below it numbers lose digits, and an off-diagonal element need not vanish against its neighbours. */
const SMALLEST_NORMAL = 2 ** -1022

/** A plane rotation of eigenvectors i and i + 1: (x, y) to (cosine x - sine y, sine x + cosine y). */
export type Rotation = (i: number, sine: number, cosine: number) => void

/**
 * All eigenvalues of a symmetric tridiagonal matrix, unsorted: the implicit QL iteration with Wilkinson's shift
 * (tql1 and, with `rotate`, tql2 of EISPACK; Martin and Wilkinson, 1968), and its mirror image, QR, where the larger
 * numbers are at the top: QL hardly converges there (LAPACK's dsteqr). About 30 n^2 operations.
 * @param rotate told each rotation; applied to the rows of the identity they give the eigenvectors
 */
export function tridiagonalEigenvalues(matrix: Tridiagonal, rotate?: Rotation): Float64Array {
  const d = matrix.diagonal.slice()
  const e = matrix.offDiagonal.slice()
  const n = d.length
  const vanishes = (i: number) =>
    Math.abs(e[i]) <= Number.EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) + SMALLEST_NORMAL
  let steps = 0
  let end = -1
  let mirrored = false
  for (let low = 0; low < n; low++) {
    for (;;) {
      let high = low
      while (high < n - 1 && !vanishes(high)) high++
      e[high] = 0
      if (high === low) break
      if (steps++ === MOST_STEPS * n) throw new Error('the eigenvalues did not converge')
      // Chosen once for a block that goes on shrinking: a step towards one end undoes what the other gained.
      if (high > end || high - low === 1) mirrored = Math.abs(d[high]) < Math.abs(d[low])
      end = high
      qlStep(d, e, { low, high, mirrored }, rotate)
    }
  }
  return d
}

/** Rows that hang together; mirrored, they are counted from the last one upwards. */
interface Block {
  readonly low: number
  readonly high: number
  readonly mirrored: boolean
}

/** One implicit QL step on the rows of a block. */
function qlStep(
  d: Float64Array,
  e: Float64Array,
  { low, high, mirrored }: Block,
  rotate: Rotation | undefined,
): void {
  const first = mirrored ? high : low
  const last = mirrored ? low : high
  const step = mirrored ? -1 : 1
  // Between a row and the one after it, in either direction, is the off-diagonal element of the upper of both.
  const between = mirrored ? -1 : 0
  let g = (d[first + step] - d[first]) / (2 * e[first + between])
  let r = Math.sqrt(g * g + 1)
  g = d[last] - d[first] + e[first + between] / (g + (g < 0 ? -r : r))
  let sine = 1
  let cosine = 1
  let shift = 0
  for (let i = last - step; i !== first - step; i -= step) {
    const f = sine * e[i + between]
    const b = cosine * e[i + between]
    r = Math.sqrt(f * f + g * g)
    if (i !== last - step) e[i + step + between] = r
    if (r === 0) {
      d[i + step] -= shift
      return
    }
    sine = f / r
    cosine = g / r
    g = d[i + step] - shift
    r = (d[i] - g) * sine + 2 * cosine * b
    shift = sine * r
    d[i + step] = g + shift
    g = cosine * r - b
    rotate?.(i + between, step * sine, cosine)
  }
  d[first] -= shift
  e[first + between] = g
}
