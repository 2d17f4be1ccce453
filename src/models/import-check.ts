import { InputError } from '../errors.js'
import { type RuntimeTensor, runtimeTensor, type Tensors } from '../onnx/runtime.js'
import { RandomStream } from '../random/philox.js'
import type { Descriptor } from './descriptor.js'
import { loadModel } from './model.js'
import { ModelSession } from './session.js'

const BATCH = 3
const SEED = 1

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
  const session = await ModelSession.open(await loadModel(path), {})
  try {
    const together = await output(session, descriptor, 0, BATCH)
    const size = together.length / BATCH
    const alone = await output(session, descriptor, BATCH - 1, BATCH)
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

/** What comes out for the inputs `from` to `to`. */
async function output(
  session: ModelSession,
  descriptor: Descriptor,
  from: number,
  to: number,
): Promise<Float32Array> {
  const results = await session.run(inputs(descriptor, from, to))
  const { data } = results[descriptor.output.name]
  if (!(data instanceof Float32Array)) throw failed('gives no floats', session.model.path)
  return data
}

function inputs(descriptor: Descriptor, from: number, to: number): Tensors {
  const count = to - from
  if (descriptor.role !== 'generator') {
    const { name, size, layout } = descriptor.input
    const shape = layout === 'NCHW' ? [3, ...size] : [...size, 3]
    return { [name]: normal([count, ...shape], from) }
  }
  const { name, size, masks } = descriptor.input
  const vectors = { [name]: normal([count, size], from) }
  if (masks === undefined) return vectors
  const mask = (hidden: number) => {
    const data = new Uint8Array(count * masks.tokens)
    for (let row = 0; row < count; row++)
      data.fill(1, row * masks.tokens + 1, row * masks.tokens + 1 + hidden)
    return runtimeTensor('bool', data, [count, masks.tokens])
  }
  return {
    ...vectors,
    [masks.dropped]: mask(masks.droppedCount),
    [masks.masked]: mask(2 * masks.droppedCount),
  }
}

/** Normal numbers; item i of a batch has its own, whatever the batch. */
function normal(shape: readonly number[], from: number): RuntimeTensor {
  const size = shape.slice(1).reduce((product, n) => product * n, 1)
  const data = new Float32Array(size * shape[0])
  for (let item = 0; item < shape[0]; item++) {
    const stream = new RandomStream(SEED, 'import-check', from + item)
    for (let i = 0; i < size; i++) data[item * size + i] = stream.nextNormal()
  }
  return runtimeTensor('float32', data, [...shape])
}
