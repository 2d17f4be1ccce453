import type { Matrix } from '../arrays/matrix.js'
import {
  BLOCK_ROWS,
  type FeatureRows,
  fastestKernel,
  featureRows,
  RowIndex,
  searchOwnPairs,
  searchPairs,
} from '../products/index.js'

/**
 * Keeps vectors in the order they come, each only if its cosine similarity to every kept one is at most a
 * threshold. Cosines are those of products/feature-rows.ts: inner products of the float32 vectors summed in
 * float64. Most pairs are ruled out by integer products with a proven bound, the others are computed, so the
 * outcome is that of comparing each with each, whatever the number of threads and the size of blocks.
 *
 * Time as kept^2 / 2 x width. Memory: beside the vectors themselves half of that.
 */
export class SimilarityConstraint {
  #index: RowIndex | undefined
  #kept = 0

  /**
   * @param threshold -1..1
   * @param store where the kept vectors go, one after another; it is full when `store.rows` are kept
   */
  constructor(
    private readonly threshold: number,
    private readonly store: Matrix<Float32Array>,
  ) {}

  /** How many vectors are kept. */
  get kept(): number {
    return this.#kept
  }

  /**
   * Compares candidates with all kept vectors and with each other, until the store is full.
   * @param candidates not normalised, in order
   * @returns numbers of those that were kept, ascending
   */
  async add(candidates: Matrix<Float32Array>): Promise<number[]> {
    const rows = featureRows(candidates, 'identity vectors')
    this.#index ??= new RowIndex(await fastestKernel())
    const rejected = new Uint8Array(candidates.rows)
    await this.#reject(rows, this.#index, rejected)
    // What is kept but not enough for a block of the index yet.
    const rest = this.#keptRows(this.#index.rows, this.#kept)
    if (rest !== undefined) await this.#reject(rows, this.#indexOf(rest, this.#index), rejected)
    const numbers = await this.#resolve(rows, rejected, this.#index)
    numbers.length = Math.min(numbers.length, this.store.rows - this.#kept)
    const { columns, data } = candidates
    for (const number of numbers) {
      this.store.data.set(data.subarray(number * columns, (number + 1) * columns), this.#kept * columns)
      this.#kept++
    }
    for (let end = this.#index.rows + BLOCK_ROWS; end <= this.#kept; end += BLOCK_ROWS) {
      const block = this.#keptRows(this.#index.rows, end)
      if (block !== undefined) this.#index.append(block)
    }
    return numbers
  }

  #keptRows(start: number, end: number): FeatureRows | undefined {
    if (start === end) return undefined
    const { columns, data } = this.store
    const block = { rows: end - start, columns, data: data.subarray(start * columns, end * columns) }
    return featureRows(block, 'identity vectors')
  }

  #indexOf(rows: FeatureRows, { kernel }: RowIndex): RowIndex {
    const index = new RowIndex(kernel)
    index.append(rows)
    return index
  }

  /** Notes the rows that are too similar to one of the index. */
  async #reject(rows: FeatureRows, index: RowIndex, rejected: Uint8Array): Promise<void> {
    const needs = {
      rows: this.#needs(rejected),
      columns: new Float64Array(index.rows).fill(Number.POSITIVE_INFINITY),
    }
    await searchPairs(rows, index, needs, (row, _column, similarity) => {
      if (similarity <= this.threshold) return
      rejected[row] = 1
      needs.rows[row] = Number.POSITIVE_INFINITY
    })
  }

  /** Walks the candidates in order: each that is kept rejects those after it that are too similar to it. */
  async #resolve(rows: FeatureRows, rejected: Uint8Array, index: RowIndex): Promise<number[]> {
    const followers: number[][] = []
    const needs = this.#needs(rejected)
    await searchOwnPairs(
      this.#indexOf(rows, index),
      { rows: needs, columns: needs },
      (row, column, similarity) => {
        if (similarity <= this.threshold) return
        followers[row] ??= []
        followers[row].push(column)
      },
    )
    const kept: number[] = []
    for (let row = 0; row < rejected.length; row++) {
      if (rejected[row]) continue
      kept.push(row)
      for (const follower of followers[row] ?? []) rejected[follower] = 1
    }
    return kept
  }

  /** From which similarity on a pair matters to a row: never for one that is out. */
  #needs(rejected: Uint8Array): Float64Array {
    return Float64Array.from(rejected, (out) => (out ? Number.POSITIVE_INFINITY : this.threshold))
  }
}
