import { InputError } from '../errors.js'

/** The two kinds of numbers that are computed with. */
export type Floats = Float32Array | Float64Array

/**
 * Rows of numbers: features, identity vectors, covariances. What names an element type wants that one; what names
 * none takes either.
 */
export interface Matrix<E extends Floats = Floats> {
  readonly rows: number
  readonly columns: number
  /** `rows * columns` numbers, row after row */
  readonly data: E
}

/** A view of rows `from` .. `to` (exclusive): shares the numbers, copies nothing. */
export function rowsOf<E extends Floats>({ columns, data }: Matrix<E>, from: number, to: number): Matrix<E> {
  return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) as E }
}

/** Rows `from` .. `to` (exclusive) as float64, copied. */
export function float64Rows(matrix: Matrix, from: number, to: number): Matrix<Float64Array> {
  const { rows, columns, data } = rowsOf(matrix, from, to)
  return { rows, columns, data: Float64Array.from(data) }
}

/** The numbers as float32 (rounded); the same matrix where they are. */
export function asFloat32({ rows, columns, data }: Matrix): Matrix<Float32Array> {
  return { rows, columns, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

/** The rows at these indices as float64, in their order. */
export function selectedRows({ columns, data }: Matrix, indices: Uint32Array): Matrix<Float64Array> {
  const out = new Float64Array(indices.length * columns)
  indices.forEach((index, row) => {
    out.set(data.subarray(index * columns, (index + 1) * columns), row * columns)
  })
  return { rows: indices.length, columns, data: out }
}

/** Splits 0 .. `rows` into ranges of at most `size`. */
export function* rowBlocks(rows: number, size: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < rows; from += size) yield [from, Math.min(rows, from + size)]
}

/** @throws InputError at the first number that is NaN or infinite; `firstRow` is what the rows count from */
export function requireFinite({ columns, data }: Matrix, where: string, firstRow = 0): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = firstRow + Math.floor(i / columns)
      throw new InputError(
        `row ${row} holds ${data[i]} (column ${i % columns}, both counted from 0)`,
        where,
        'find out what gave it, and leave the row out or compute it again',
      )
    }
  }
}
