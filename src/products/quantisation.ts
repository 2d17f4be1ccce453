import { type FeatureRows, sliceRows } from './feature-rows.js'

/**
 * Rows of unit length, stored as small integers: row i is `step * (integers - zero) + e_i`.
 *
 * The bound that makes integer products exact evidence: let a and b be unit vectors, a = q + e and
 * b = r + f with q and r what the integers say. Then a.b - q.r = e.b + q.f, and by Cauchy-Schwarz
 *
 *     | a.b - q.r | <= |e| |b| + |q| |f| = |e| + |q| |f|
 *
 * |e|, |f| and |q| are measured for every row when it is quantised, so nothing is assumed about the
 * features: unlucky ones only widen the bound.
 */
export interface QuantisedRows<T extends Uint8Array | Int8Array = Uint8Array | Int8Array> {
  readonly integers: T
  readonly step: number
  /** |q| of every row */
  readonly norms: Float64Array
  /** |e| of every row */
  readonly residuals: Float64Array
}

/** The widest number stored is this many standard deviations of a unit vector's; the best of these is taken. */
const CLIPS = [2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 8, 11, 16, 23]
const SAMPLED_ROWS = 32

/** Writes round(x / (norm * step)) + zero, kept within `largest` of zero, and measures what is lost. */
function writeIntegers(
  { matrix, inverseNorms }: FeatureRows,
  largest: number,
  zero: number,
  out: QuantisedRows,
): void {
  const { rows, columns, data } = matrix
  const { integers, step, norms, residuals } = out
  for (let row = 0, at = 0; row < rows; row++) {
    const inverseNorm = inverseNorms[row]
    const scale = inverseNorm / step
    let kept = 0
    let lost = 0
    for (const end = at + columns; at < end; at++) {
      const x = data[at] * scale
      let q = Math.floor(x + 0.5)
      if (q > largest) q = largest
      else if (q < -largest) q = -largest
      kept += q * q
      lost += (x - q) * (x - q)
      integers[at] = q + zero
    }
    norms[row] = Math.sqrt(kept) * step
    residuals[row] = Math.sqrt(lost) * step
  }
}

function blank<T extends Uint8Array | Int8Array>(integers: T, step: number, rows: number): QuantisedRows<T> {
  return { integers, step, norms: new Float64Array(rows), residuals: new Float64Array(rows) }
}

/** The step that loses least on a sample of the rows. */
function bestStep(rows: FeatureRows, largest: number): number {
  const { rows: count, columns } = rows.matrix
  const sample = sliceRows(rows, 0, Math.min(SAMPLED_ROWS, count))
  const integers = new Int8Array(sample.matrix.rows * columns)
  const deviation = 1 / Math.sqrt(columns)
  let best = { step: 1 / largest, lost: Number.POSITIVE_INFINITY }
  for (const clip of CLIPS) {
    const step = Math.min(1, clip * deviation) / largest
    const trial = blank(integers, step, sample.matrix.rows)
    writeIntegers(sample, largest, 0, trial)
    const lost = trial.residuals.reduce((sum, residual) => sum + residual, 0)
    if (lost < best.lost) best = { step, lost }
  }
  return best.step
}

/** What the unsigned integers add to the number they stand for. */
export const UNSIGNED_ZERO = 64

/**
 * Seven bits, 1 .. 127 around 64. Not eight: x86 processors without VNNI add two products of an unsigned and
 * a signed byte in 16 bits that saturate, and 2 * 127 * 127 is the most that fits.
 *
 * @param into where the integers go, at least rows * columns long
 */
export function quantiseUnsigned(rows: FeatureRows, into: Uint8Array): QuantisedRows<Uint8Array> {
  const out = blank(into, bestStep(rows, 63), rows.matrix.rows)
  writeIntegers(rows, 63, UNSIGNED_ZERO, out)
  return out
}

/** Eight bits, -127 .. 127. */
export function quantiseSigned(rows: FeatureRows, into: Int8Array): QuantisedRows<Int8Array> {
  const out = blank(into, bestStep(rows, 127), rows.matrix.rows)
  writeIntegers(rows, 127, 0, out)
  return out
}
