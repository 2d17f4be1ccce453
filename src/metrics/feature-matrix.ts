import { InputError } from '../errors.js'
import type { Dense } from '../linear-algebra/dense.js'

/** Features, one row an image: `rows * columns` numbers, row after row. */
export interface FeatureMatrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array | Float64Array
}

/** Rows `from` .. `to` (exclusive) as float64. */
export function float64Rows({ columns, data }: FeatureMatrix, from: number, to: number): Dense {
  const part = data.subarray(from * columns, to * columns)
  return { rows: to - from, columns, data: Float64Array.from(part) }
}

/** The rows at these indices as float64, in their order. */
export function selectedRows({ columns, data }: FeatureMatrix, indices: Uint32Array): Dense {
  const out = new Float64Array(indices.length * columns)
  indices.forEach((index, row) => {
    out.set(data.subarray(index * columns, (index + 1) * columns), row * columns)
  })
  return { rows: indices.length, columns, data: out }
}

/** The squared length of each row. */
export function squaredNorms({ rows, columns, data }: Dense): Float64Array {
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let k = i * columns; k < (i + 1) * columns; k++) sum += data[k] * data[k]
    out[i] = sum
  }
  return out
}

/** @throws InputError at the first number that is NaN or infinite; `firstRow` is what the rows count from */
export function requireFinite(features: FeatureMatrix, where: string, firstRow = 0): void {
  const { columns, data } = features
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = firstRow + Math.floor(i / columns)
      throw new InputError(
        `row ${row} holds ${data[i]} (column ${i % columns}, both counted from 0)`,
        where,
        'find out which image gave it; features are finite numbers',
      )
    }
  }
}

/** @throws InputError unless both sets have features of one width */
export function requireSameWidth(a: number, b: number, whereA: string, whereB: string): void {
  if (a !== b) {
    throw new InputError(
      `features of ${a} numbers against features of ${b}`,
      `${whereA} and ${whereB}`,
      'make both with the same feature model',
    )
  }
}

/** Splits 0 .. `rows` into ranges of at most `size`. */
export function* rowBlocks(rows: number, size: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < rows; from += size) yield [from, Math.min(rows, from + size)]
}
