import { type Matrix, requireFinite, rowsOf } from '../arrays/matrix.js'
import { InputError } from '../errors.js'
import { productOfRows } from './products.js'

/** Rows that are gathered before one product brings them into the scatter matrix. */
const BLOCK = 512
/** Rows of the scatter matrix that one product makes: only its lower triangle is computed. */
const STRIPE = 512

/** Mean and covariance of features, as pytorch-fid's `mu` and `sigma`. */
export interface FeatureStatistics {
  /** images behind the numbers, where it is known: pytorch-fid's files don't say */
  readonly images?: number
  readonly mean: Float64Array
  /** symmetric, `dimensions x dimensions`, divided by n - 1 */
  readonly covariance: Matrix<Float64Array>
}

/** All that {@link StreamingMoments} needs to go on later, to the same last digit. */
export interface MomentsState {
  readonly images: number
  readonly mean: Float64Array
  /** sum over images of (x - mean)(x - mean)^T; the lower triangle counts */
  readonly scatter: Float64Array
  /** rows that are not in mean and scatter yet: fewer than a block */
  readonly pending: Float64Array
}

/**
 * Mean and covariance of features that arrive a few rows at a time, in float64: each block of 512 rows is centred on
 * its own mean and merged (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983), so no large
 * numbers cancel. The result depends on the rows and their order only, not on how they were handed over.
 * Memory: two matrices of `dimensions^2` and one block; time `images * dimensions^2` multiplications.
 *
 * @example
 * const moments = new StreamingMoments(2048)
 * for await (const rows of features) await moments.add(rows, 'faces')
 * const { mean, covariance } = await moments.statistics('faces')
 */
export class StreamingMoments {
  readonly #mean: Float64Array
  readonly #scatter: Float64Array
  /** the rows to come in, by dimension: number k of row r is at `k * BLOCK + r` */
  readonly #block: Float64Array
  #merged = 0
  #pending = 0

  constructor(readonly dimensions: number) {
    this.#mean = new Float64Array(dimensions)
    this.#scatter = new Float64Array(dimensions * dimensions)
    this.#block = new Float64Array(dimensions * BLOCK)
  }

  /** Rows taken in so far. */
  get images(): number {
    return this.#merged + this.#pending
  }

  /** Takes in rows. @throws InputError at a number that is not finite, or another width; no row of the call counts then */
  async add(features: Matrix, where: string): Promise<void> {
    if (features.columns !== this.dimensions) {
      throw new InputError(
        `features of ${features.columns} numbers after features of ${this.dimensions}`,
        where,
        'make all of them with the same feature model',
      )
    }
    requireFinite(features, where, this.images)
    const { rows, columns, data } = features
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < columns; k++) this.#block[k * BLOCK + this.#pending] = data[row * columns + k]
      if (++this.#pending === BLOCK) await this.#mergePending()
    }
  }

  /** Takes in the images that another one has seen: a dataset may be measured in parts. */
  async merge(other: StreamingMoments): Promise<void> {
    if (other.dimensions !== this.dimensions)
      throw new RangeError(`${other.dimensions} against ${this.dimensions}`)
    await this.#mergePending()
    await other.#mergePending()
    const total = this.#merged + other.#merged
    if (other.#merged === 0) return
    const weight = (this.#merged * other.#merged) / total
    const shift = other.#mean.map((value, k) => value - this.#mean[k])
    for (let i = 0; i < this.dimensions; i++) {
      const from = i * this.dimensions
      for (let j = 0; j <= i; j++) {
        this.#scatter[from + j] += other.#scatter[from + j] + weight * shift[i] * shift[j]
      }
      this.#mean[i] += (shift[i] * other.#merged) / total
    }
    this.#merged = total
  }

  /** Mean and covariance (n - 1) of all rows so far. @throws InputError where there are fewer than two */
  async statistics(where: string): Promise<FeatureStatistics> {
    await this.#mergePending()
    const images = this.#merged
    if (images < 2) {
      throw new InputError(
        images === 1 ? 'one image has no covariance' : 'there is no image',
        where,
        'give at least 2, and some 10,000 for a distance that means something',
      )
    }
    const n = this.dimensions
    const covariance = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = this.#scatter[i * n + j] / (images - 1)
        covariance[i * n + j] = value
        covariance[j * n + i] = value
      }
    }
    return { images, mean: this.#mean.slice(), covariance: { rows: n, columns: n, data: covariance } }
  }

  /** What is known so far, to be saved and gone on with by {@link resume}. */
  state(): MomentsState {
    const pending = new Float64Array(this.#pending * this.dimensions)
    for (let row = 0; row < this.#pending; row++) {
      for (let k = 0; k < this.dimensions; k++) {
        pending[row * this.dimensions + k] = this.#block[k * BLOCK + row]
      }
    }
    return { images: this.images, mean: this.#mean.slice(), scatter: this.#scatter.slice(), pending }
  }

  /** Goes on where {@link state} was taken. @throws RangeError where its parts don't fit together */
  static resume(state: MomentsState): StreamingMoments {
    if (!fitsTogether(state)) throw new RangeError('the parts of the state do not fit together')
    const dimensions = state.mean.length
    const pending = state.pending.length / dimensions
    const moments = new StreamingMoments(dimensions)
    moments.#mean.set(state.mean)
    moments.#scatter.set(state.scatter)
    moments.#merged = state.images - pending
    moments.#pending = pending
    for (let row = 0; row < pending; row++) {
      for (let k = 0; k < dimensions; k++)
        moments.#block[k * BLOCK + row] = state.pending[row * dimensions + k]
    }
    return moments
  }

  async #mergePending(): Promise<void> {
    const count = this.#pending
    if (count === 0) return
    const n = this.dimensions
    const total = this.#merged + count
    const weight = Math.sqrt((this.#merged * count) / total)
    // The centred rows by dimension, and one more: the shift of the mean, weighted, is a row of the scatter too.
    const width = count + 1
    const centred = new Float64Array(n * width)
    for (let k = 0; k < n; k++) {
      const from = k * BLOCK
      const to = k * width
      let sum = 0
      for (let row = 0; row < count; row++) sum += this.#block[from + row]
      const mean = sum / count
      for (let row = 0; row < count; row++) centred[to + row] = this.#block[from + row] - mean
      const shift = mean - this.#mean[k]
      centred[to + count] = weight * shift
      this.#mean[k] += (shift * count) / total
    }
    const rows: Matrix<Float64Array> = { rows: n, columns: width, data: centred }
    for (let from = 0; from < n; from += STRIPE) {
      const to = Math.min(n, from + STRIPE)
      const { data, columns } = await productOfRows(rowsOf(rows, from, to), rowsOf(rows, 0, to))
      for (let i = from; i < to; i++) {
        for (let j = 0; j <= i; j++) this.#scatter[i * n + j] += data[(i - from) * columns + j]
      }
    }
    this.#merged = total
    this.#pending = 0
  }
}

/** Whether the parts of a state are those of one. */
export function fitsTogether({ images, mean, scatter, pending }: MomentsState): boolean {
  const rows = pending.length / mean.length
  return scatter.length === mean.length ** 2 && Number.isInteger(rows) && rows < BLOCK && rows <= images
}

/** Mean and covariance of features held in memory. @throws InputError */
export async function featureStatistics(features: Matrix, where: string): Promise<FeatureStatistics> {
  const moments = new StreamingMoments(features.columns)
  await moments.add(features, where)
  return moments.statistics(where)
}
