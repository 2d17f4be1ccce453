import { float64Rows, type Matrix, rowBlocks } from '../arrays/matrix.js'
import { InputError } from '../errors.js'
import { squaredNorms } from '../linear-algebra/elementary.js'
import { productOfRows } from '../linear-algebra/products.js'

const BLOCK = 1024

/** Squared Euclidean distances between the rows of two blocks; the blocks begin at rows `firstI` and `firstJ`. */
export interface DistanceBlock {
  readonly firstI: number
  readonly firstJ: number
  readonly rows: number
  readonly columns: number
  readonly squared: Float64Array
  /** by how much a number of the block can differ from {@link squaredDistance} */
  readonly slack: number
}

/** The squared Euclidean distance of two rows, summed in order: the same bits wherever it is computed. */
export function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const from = i * a.columns
  const to = j * b.columns
  let sum = 0
  for (let k = 0; k < a.columns; k++) sum += (a.data[from + k] - b.data[to + k]) ** 2
  return sum
}

async function distanceBlock(
  left: Matrix<Float64Array>,
  firstI: number,
  right: Matrix<Float64Array>,
  firstJ: number,
): Promise<DistanceBlock> {
  const normsLeft = squaredNorms(left)
  const normsRight = squaredNorms(right)
  const { columns, data } = await productOfRows(left, right)
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = normsLeft[i] + normsRight[j] - 2 * data[i * columns + j]
    }
  }
  // A sum of d products errs by at most d 2^-53 times the product of the lengths; three sums enter here, one there.
  const largest = Math.max(...normsLeft) + Math.max(...normsRight)
  const slack = 4 * (left.columns + 4) * Number.EPSILON * largest
  return { firstI, firstJ, rows: left.rows, columns, squared: data, slack }
}

/** All distances between two sets, block by block in float64; memory does not grow with the sets. */
export async function* distanceBlocks(a: Matrix, b: Matrix): AsyncGenerator<DistanceBlock> {
  for (const [firstI, endI] of rowBlocks(a.rows, BLOCK)) {
    const left = float64Rows(a, firstI, endI)
    for (const [firstJ, endJ] of rowBlocks(b.rows, BLOCK)) {
      yield distanceBlock(left, firstI, float64Rows(b, firstJ, endJ), firstJ)
    }
  }
}

/** The k nearest others of each row, nearest first. */
class NearestOthers {
  readonly #distances: Float64Array
  readonly #indices: Uint32Array

  constructor(
    rows: number,
    readonly k: number,
  ) {
    this.#distances = new Float64Array(rows * k).fill(Number.POSITIVE_INFINITY)
    this.#indices = new Uint32Array(rows * k)
  }

  offer(row: number, other: number, distance: number): void {
    const first = row * this.k
    let place = first + this.k - 1
    if (distance >= this.#distances[place]) return
    for (; place > first && this.#distances[place - 1] > distance; place--) {
      this.#distances[place] = this.#distances[place - 1]
      this.#indices[place] = this.#indices[place - 1]
    }
    this.#distances[place] = distance
    this.#indices[place] = other
  }

  farthest(row: number): number {
    return this.#indices[(row + 1) * this.k - 1]
  }
}

/**
 * The squared distance of each row to its k-th nearest other row: the radii of the spheres that stand for the set's
 * manifold. Time `rows^2 columns` operations (each pair is computed once); memory k numbers a row.
 *
 * @throws InputError where there are no k others
 */
export async function neighbourRadii(set: Matrix, k: number, where: string): Promise<Float64Array> {
  if (set.rows <= k) {
    throw new InputError(
      `${set.rows} images have no ${k} neighbours each`,
      where,
      `give at least ${k + 1} images, or fewer neighbours`,
    )
  }
  const nearest = new NearestOthers(set.rows, k)
  for (const [firstI, endI] of rowBlocks(set.rows, BLOCK)) {
    const left = float64Rows(set, firstI, endI)
    for (const [firstJ, endJ] of rowBlocks(endI, BLOCK)) {
      const right = firstJ === firstI ? left : float64Rows(set, firstJ, endJ)
      const { columns, squared } = await distanceBlock(left, firstI, right, firstJ)
      for (let i = firstI; i < endI; i++) {
        for (let j = firstJ; j < Math.min(endJ, i); j++) {
          const distance = squared[(i - firstI) * columns + j - firstJ]
          nearest.offer(i, j, distance)
          nearest.offer(j, i, distance)
        }
      }
    }
  }
  return Float64Array.from({ length: set.rows }, (_, i) => squaredDistance(set, i, set, nearest.farthest(i)))
}
