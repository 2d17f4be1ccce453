import type { Matrix } from '../arrays/matrix.js'
import { InputError } from '../errors.js'

/** How near the requested average is come to; the vectors' rounding to float32 adds less. */
const TOLERANCE = 1e-6

/**
 * The mean cosine similarity over all pairs of different rows, in closed form: with u the unit vectors,
 * |sum u|^2 = n + sum over i != j of u_i.u_j. One pass, float64.
 */
export function averageSimilarity({ rows, columns, data }: Matrix<Float32Array>): number {
  const sum = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    let squares = 0
    for (let k = i * columns; k < (i + 1) * columns; k++) squares += data[k] * data[k]
    const scale = 1 / Math.sqrt(squares)
    for (let j = 0; j < columns; j++) sum[j] += data[i * columns + j] * scale
  }
  return averageOfSum(sum, rows)
}

function averageOfSum(sum: Float64Array, rows: number): number {
  return (dot(sum, sum) - rows) / (rows * (rows - 1))
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/**
 * Gives vectors a requested average similarity: to each unit vector the same multiple of the set's mean direction
 * is added (taken away, for a lower average), and the vector's own norm given back. The multiple is found by
 * bisection: some 40 passes over the vectors.
 *
 * @param vectors changed in place
 * @returns the average reached, within 1e-5 of the target
 * @throws InputError where no multiple gives the target
 */
export function setAverageSimilarity(vectors: Matrix<Float32Array>, target: number, where: string): number {
  if (vectors.rows < 2)
    throw new InputError('an average similarity needs 2 or more vectors', where, 'ask for more')
  const shift = new MeanShift(vectors)
  let low = -shift.meanAlong
  let high = 1
  const lowest = shift.average(low)
  if (!(target >= lowest && target < 1)) {
    throw new InputError(
      `an average similarity of ${target} can't be reached: these vectors allow ${lowest.toFixed(6)} up to 1`,
      where,
      'ask for one in between',
    )
  }
  while (shift.average(high) < target) high *= 2
  for (let average = lowest; Math.abs(average - target) > TOLERANCE; ) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    average = shift.average(middle)
    if (average < target) low = middle
    else high = middle
    if (Math.abs(average - target) <= TOLERANCE) low = middle
  }
  shift.apply(low)
  return averageSimilarity(vectors)
}

/** Unit vectors u_i and their mean direction d; shifted by w they are (u_i + w d) / |u_i + w d|. */
class MeanShift {
  readonly #direction: Float64Array
  readonly #norms: Float64Array
  /** u_i.d */
  readonly #along: Float64Array

  constructor(private readonly vectors: Matrix<Float32Array>) {
    const { rows, columns, data } = vectors
    this.#norms = new Float64Array(rows)
    this.#along = new Float64Array(rows)
    const sum = new Float64Array(columns)
    for (let i = 0; i < rows; i++) {
      let squares = 0
      for (let k = i * columns; k < (i + 1) * columns; k++) squares += data[k] * data[k]
      this.#norms[i] = Math.sqrt(squares)
      for (let j = 0; j < columns; j++) sum[j] += data[i * columns + j] / this.#norms[i]
    }
    const length = Math.sqrt(dot(sum, sum))
    this.#direction = sum.map((value) => value / length)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) this.#along[i] += data[i * columns + j] * this.#direction[j]
      this.#along[i] /= this.#norms[i]
    }
  }

  get meanAlong(): number {
    return this.#along.reduce((sum, value) => sum + value, 0) / this.vectors.rows
  }

  /** The average similarity after a shift by `weight`. */
  average(weight: number): number {
    const { rows, columns, data } = this.vectors
    const sum = new Float64Array(columns)
    let shares = 0
    for (let i = 0; i < rows; i++) {
      const share = this.#share(i, weight)
      const scale = share / this.#norms[i]
      shares += share
      for (let j = 0; j < columns; j++) sum[j] += data[i * columns + j] * scale
    }
    for (let j = 0; j < columns; j++) sum[j] += weight * shares * this.#direction[j]
    return averageOfSum(sum, rows)
  }

  apply(weight: number): void {
    const { rows, columns, data } = this.vectors
    for (let i = 0; i < rows; i++) {
      const share = this.#share(i, weight)
      const step = weight * this.#norms[i]
      for (let j = 0; j < columns; j++) {
        const k = i * columns + j
        data[k] = (data[k] + step * this.#direction[j]) * share
      }
    }
  }

  /** 1 / |u_i + w d| */
  #share(i: number, weight: number): number {
    return 1 / Math.sqrt(1 + 2 * weight * this.#along[i] + weight * weight)
  }
}
