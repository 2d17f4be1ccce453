import { InputError } from '../errors.js'
import type { Model } from './model.js'
import { ModelSession } from './session.js'
import { trialOutput } from './trial.js'

const ITEMS = 8

/** How far the outputs of a network lie from those of the one that it was made of. */
export interface PrecisionDifference {
  /** rows that were compared */
  readonly rows: number
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

/** The first outputs of a model for {@link ITEMS} made inputs, each by itself, one after the other. */
async function outputsOf(model: Model): Promise<Float32Array> {
  const batch = Math.max(1, model.descriptor.batch.min)
  const session = await ModelSession.open(model)
  const parts: Float32Array[] = []
  try {
    for (let item = 0; item < ITEMS; item += batch) {
      parts.push(await trialOutput(session, item, item + batch))
    }
  } finally {
    await session.close()
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  for (let at = 0, i = 0; i < parts.length; at += parts[i].length, i++) all.set(parts[i], at)
  return all
}

/** Compares two models on made inputs: normal numbers, and drawn masks. */
export async function differenceOnMadeInputs(before: Model, after: Model): Promise<PrecisionDifference> {
  const [a, b] = [await outputsOf(before), await outputsOf(after)]
  const batch = Math.max(1, before.descriptor.batch.min)
  return precisionDifference(a, b, a.length / (Math.ceil(ITEMS / batch) * batch), after.path)
}
