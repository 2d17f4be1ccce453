import { InputError } from '../errors.js'
import { openNetwork } from '../networks/open-network.js'
import type { Port } from '../onnx/port.js'
import { type Runtime, type RuntimeTensor, runtimeTensor } from '../onnx/runtime.js'
import { RandomStream } from '../random/philox.js'
import type { SessionOptions } from './session.js'

/** Sizes of free dimensions by the names that the network gives them; the first dimension is the batch. */
export type FreeSizes = Readonly<Record<string, number>>

const ZEROS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
} as const

function sizeOf(port: Port, axis: number, batch: number, sizes: FreeSizes, path: string): number {
  const dimension = port.shape[axis]
  if (typeof dimension === 'number' && dimension > 0) {
    return dimension
  }
  const given = sizes[String(dimension)]
  if (given !== undefined) return given
  if (axis === 0) return batch
  throw new InputError(
    `input '${port.name}' has the free dimension '${dimension}' (axis ${axis})`,
    path,
    `describe the network in a --pipeline file, with 'sizes: { ${dimension}: N }'`,
  )
}

/** A tensor of the right type and shape: normal numbers, since zeros may be faster; integers and flags are 0. */
function madeUpInput(port: Port, shape: readonly number[], seed: number, path: string): RuntimeTensor {
  const length = shape.reduce((product, size) => product * size, 1)
  if (port.type === 'float32' || port.type === 'float64') {
    const data = port.type === 'float32' ? new Float32Array(length) : new Float64Array(length)
    new RandomStream(seed, `input ${port.name}`).fillNormal(data)
    return runtimeTensor(port.type, data, shape)
  }
  const zeros = Object.entries(ZEROS).find(([type]) => type === port.type)
  if (zeros === undefined) {
    throw new InputError(
      `input '${port.name}' is ${port.type}, which can't be made up`,
      path,
      'name another network',
    )
  }
  return runtimeTensor(port.type as keyof typeof ZEROS, new zeros[1](length), shape)
}

/**
 * A network of any kind that is run to be timed, on made-up inputs: its time depends on their shapes, not on what they
 * mean. No descriptor is needed.
 */
export class TimedNetwork {
  private constructor(
    readonly path: string,
    private readonly runtime: Runtime,
    private readonly inputs: Readonly<Record<string, RuntimeTensor>>,
  ) {}

  /** @throws InputError where the network can't be opened, or takes no batch of that size */
  static async open(
    path: string,
    batch: number,
    options: SessionOptions & { readonly sizes?: FreeSizes; readonly seed?: number } = {},
  ): Promise<TimedNetwork> {
    const runtime = await openNetwork(path, options)
    try {
      const inputs: Record<string, RuntimeTensor> = {}
      for (const port of runtime.inputs) {
        if (port.type === 'not a tensor')
          throw new InputError(`input '${port.name}' is no tensor`, path, 'name another network')
        const shape = port.shape.map((_, axis) => sizeOf(port, axis, batch, options.sizes ?? {}, path))
        inputs[port.name] = madeUpInput(port, shape, options.seed ?? 0, path)
      }
      requireBatch(runtime.inputs, batch, path)
      return new TimedNetwork(path, runtime, inputs)
    } catch (error) {
      await runtime.close()
      throw error
    }
  }

  /** Runs one batch. @throws InputError where the network fails on it */
  async run(): Promise<void> {
    await this.runtime.run(this.inputs)
  }

  async close(): Promise<void> {
    await this.runtime.close()
  }
}

/** @throws InputError where the first input is of another, fixed batch */
function requireBatch(ports: readonly Port[], batch: number, path: string): void {
  const first = ports[0]
  const fixed = first?.shape[0]
  if (typeof fixed === 'number' && fixed > 0 && fixed !== batch) {
    throw new InputError(`the network takes batches of ${fixed} only`, path, [
      { flag: '--batch', text: `use --batch ${fixed}` },
      `in a spec batches: [${fixed}]`,
    ])
  }
}
