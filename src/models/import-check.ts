import { InputError } from '../errors.js'
import type { Descriptor } from './descriptor.js'
import { loadModel } from './model.js'
import { ModelSession } from './session.js'
import { trialOutput } from './trial.js'

const BATCH = 3

/** What the check of a fresh network found. */
export interface CheckResult {
  /** the smallest and the largest number that came out */
  readonly range: readonly [number, number]
  /** the largest difference between an input alone and in a batch, relative to the largest output */
  readonly batchDifference: number
}

/**
 * Runs a network on random inputs, alone and in a batch: numbers must be finite, differ between inputs, and not
 * depend on the batch.
 * @throws InputError that says which of these fails
 */
export async function checkNetwork(
  path: string,
  descriptor: Descriptor,
  halfPrecision: boolean,
): Promise<CheckResult> {
  const session = await ModelSession.open(await loadModel(path, descriptor), {})
  try {
    const together = await trialOutput(session, 0, BATCH)
    const size = together.length / BATCH
    const alone = await trialOutput(session, BATCH - 1, BATCH)
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of together) {
      if (!Number.isFinite(value)) throw failed('gives numbers that are not finite', path)
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    const largest = Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE)
    if (difference(together.subarray(0, size), together.subarray(size, 2 * size)) === 0) {
      throw failed('gives the same numbers for different inputs', path)
    }
    const batchDifference = difference(together.subarray((BATCH - 1) * size), alone) / largest
    const tolerance = halfPrecision ? 2e-2 : 1e-4
    if (batchDifference > tolerance) throw failed('gives other numbers alone than in a batch', path)
    return { range: [low, high], batchDifference }
  } finally {
    await session.close()
  }
}

function failed(what: string, path: string): InputError {
  return new InputError(`the imported network ${what}; it is not kept`, path, 'check the checkpoint')
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0)
}
