import { InputError } from '../errors.js'
import type { Model } from './model.js'
import { ModelSession } from './session.js'
import { trialOutput } from './trial.js'

const ITEMS = 8
/** Milliseconds after which no more inputs are tried: float16 takes a large network seconds an input on some processors. */
const LONGEST = 10_000

/** How far the outputs of a network lie from those of the one that it was made of. */
export interface PrecisionDifference {
  /** rows that were compared */
  readonly rows: number
  /** made inputs that were not, since those before them took long */
  readonly leftOut?: number
  /** the largest difference, and the root of the mean square, of the largest output */
  readonly largest: number
  readonly rms: number
  /** similarity of a row with what it was: the mean and the least */
  readonly cosine: { readonly mean: number; readonly least: number }
}

/**
 * @param before,after as many rows of `size` numbers
 * @throws InputError where a number that was finite no longer is
 */
export function precisionDifference(
  before: Float32Array,
  after: Float32Array,
  size: number,
  where: string,
): PrecisionDifference {
  let [largest, most, squares] = [0, 0, 0]
  let [total, least] = [0, 1]
  const rows = before.length / size
  for (let row = 0; row < rows; row++) {
    let [product, a, b] = [0, 0, 0]
    for (let i = row * size; i < (row + 1) * size; i++) {
      const [x, y] = [before[i], after[i]]
      if (Number.isFinite(x) && !Number.isFinite(y))
        throw new InputError(
          'in half precision its numbers are no longer finite; it is not kept',
          where,
          'they grow beyond 65504 inside: bfloat16 reaches further, or keep float32',
        )
      most = Math.max(most, Math.abs(x))
      largest = Math.max(largest, Math.abs(x - y))
      squares += (x - y) ** 2
      product += x * y
      a += x * x
      b += y * y
    }
    const cosine = product / Math.sqrt(a * b)
    total += cosine
    least = Math.min(least, cosine)
  }
  const scale = Math.max(most, Number.MIN_VALUE)
  const rms = Math.sqrt(squares / before.length) / scale
  return { rows, largest: largest / scale, rms, cosine: { mean: total / rows, least } }
}

/**
 * The first outputs of a model for so many made inputs, its least batch at a time, one after the other.
 * @param longest milliseconds: what is not begun by then is left out
 */
async function outputsOf(
  model: Model,
  items: number,
  longest = Number.POSITIVE_INFINITY,
): Promise<Float32Array[]> {
  const batch = leastBatch(model)
  const session = await ModelSession.open(model)
  const parts: Float32Array[] = []
  try {
    const start = performance.now()
    for (let item = 0; item < items; item += batch) {
      if (item > 0 && performance.now() - start >= longest) break
      parts.push(await trialOutput(session, item, item + batch))
    }
    return parts
  } finally {
    await session.close()
  }
}

const leastBatch = ({ descriptor }: Model): number => Math.max(1, descriptor.batch.min)

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * Compares two models on made inputs: normal numbers, and drawn masks. There are {@link ITEMS}, or those that the second gets
 * through in time.
 */
export async function differenceOnMadeInputs(
  before: Model,
  after: Model,
  longest = LONGEST,
): Promise<PrecisionDifference> {
  const b = await outputsOf(after, ITEMS, longest)
  const batch = leastBatch(before)
  const rows = b.length * batch
  const a = joined(await outputsOf(before, rows))
  const difference = precisionDifference(a, joined(b), a.length / rows, after.path)
  return rows < ITEMS ? { ...difference, leftOut: ITEMS - rows } : difference
}
