import type { FeatureRows } from './feature-rows.js'
import { rotationOf } from './rotation.js'

/**
 * Rows of unit length, rotated and stored as small integers: rotated row i is `step * (integers - zero) + e_i`.
 *
 * The bound that makes integer products exact evidence: let a and b be rotated unit vectors, a = q + e and
 * b = r + f with q and r what the integers say. Then a.b - q.r = e.b + q.f, and by Cauchy-Schwarz
 *
 *     | a.b - q.r | <= |e| |b| + |q| |f| = |e| + |q| |f|
 *
 * |e|, |f| and |q| are measured for every row when it is quantised, so nothing is assumed about the
 * features: unlucky ones only widen the bound.
 */
export interface QuantisedRows<T extends Uint8Array | Int8Array> {
  readonly integers: T
  /** one for all rows, or one a row */
  readonly steps: Float32Array
  /** |q| of every row */
  readonly norms: Float64Array
  /** |e| of every row */
  readonly residuals: Float64Array
}

/** Bits of the unsigned integers, which are 1 .. 2^bits - 1 around {@link unsignedZero}. */
export type UnsignedBits = 7 | 8
/** What the unsigned integers add to the number they stand for. */
export const unsignedZero = (bits: UnsignedBits): number => 2 ** (bits - 1)
const SIGNED_LARGEST = 127
/**
 * Numbers beyond this many deviations are cut off in unsigned rows, whose step must be the same in all rows.
 * Lower wins precision in every row and loses more in the one of a hundred that holds such a number.
 */
const CLIP = 4.8

/** Writes round(vector / step) + zero at `at`, and measures the row. */
function writeRow(
  vector: Float64Array,
  step: number,
  largest: number,
  zero: number,
  { integers, norms, residuals }: QuantisedRows<Uint8Array> | QuantisedRows<Int8Array>,
  row: number,
): void {
  const inverse = 1 / step
  const at = row * vector.length
  let kept = 0
  let lost = 0
  for (let k = 0; k < vector.length; k++) {
    const x = vector[k] * inverse
    let q = Math.floor(x + 0.5)
    if (q > largest) q = largest
    else if (q < -largest) q = -largest
    kept += q * q
    lost += (x - q) * (x - q)
    integers[at + k] = q + zero
  }
  norms[row] = Math.sqrt(kept) * step
  residuals[row] = Math.sqrt(lost) * step
}

/**
 * Quantises rows for either side of a product.
 *
 * Signed ones have eight bits, -127 .. 127, with a step for each row; unsigned ones a common step.
 *
 * @param paddedRows rows of the signed array; those beyond the given ones are zero
 */
export function quantise(
  { matrix, inverseNorms }: FeatureRows,
  paddedRows: number,
  unsignedBits: UnsignedBits,
): { unsigned: QuantisedRows<Uint8Array>; signed: QuantisedRows<Int8Array> } {
  const { rows, columns, data } = matrix
  const zero = unsignedZero(unsignedBits)
  const unsignedLargest = zero - 1
  const measures = () => ({ norms: new Float64Array(rows), residuals: new Float64Array(rows) })
  const unsignedStep = Math.fround(CLIP / Math.sqrt(columns) / unsignedLargest)
  const unsigned = {
    integers: new Uint8Array(new SharedArrayBuffer(rows * columns)),
    steps: Float32Array.of(unsignedStep),
    ...measures(),
  }
  const signed = {
    integers: new Int8Array(new SharedArrayBuffer(paddedRows * columns)),
    steps: new Float32Array(paddedRows).fill(1),
    ...measures(),
  }
  const rotation = rotationOf(columns)
  const vector = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    const scale = inverseNorms[row]
    for (let k = 0; k < columns; k++) vector[k] = data[row * columns + k] * scale
    rotation.apply(vector)
    writeRow(vector, unsignedStep, unsignedLargest, zero, unsigned, row)
    let highest = 0
    for (let k = 0; k < columns; k++) highest = Math.max(highest, Math.abs(vector[k]))
    const step = Math.fround(highest / SIGNED_LARGEST)
    writeRow(vector, step, SIGNED_LARGEST, 0, signed, row)
    signed.steps[row] = step
  }
  return { unsigned, signed }
}
