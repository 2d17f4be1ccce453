import { expect } from 'vitest'
import type { Architecture } from '../../src/networks/architecture.js'
import { Weights, type WeightTensor, type WeightTensors } from '../../src/networks/weights.js'
import type { Graph } from '../../src/onnx/graph.js'
import { type FloatType, GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'

export function normal(shape: readonly number[], name: string): Float32Array {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
  new RandomStream(1, name).fillNormal(values)
  return values
}

/** Fresh weights whose normalisation does something: means, variances, factors and summands that differ by channel. */
export function unsettled(weights: WeightTensors): WeightTensors {
  const changed = (key: string, tensor: WeightTensor): WeightTensor => {
    const noise = normal(tensor.shape, key)
    if (key.endsWith('running_var')) return { ...tensor, readFloat32: () => noise.map((n) => 0.5 + n * n) }
    const isVector = tensor.shape.length === 1
    return isVector
      ? { ...tensor, readFloat32: () => tensor.readFloat32().map((v, i) => v + 0.2 * noise[i]) }
      : tensor
  }
  return new Map([...weights].map(([key, tensor]) => [key, changed(key, tensor)]))
}

export function built(
  architecture: Architecture,
  weights: WeightTensors,
  type: FloatType = 'float32',
): Graph {
  const g = new GraphBuilder(type)
  const taken = new Weights(weights, 'fresh')
  architecture.build(g, taken, {})
  expect(taken.finish()).toEqual([])
  return g.graph
}

export async function run(graph: Graph, shape: readonly number[]): Promise<Float32Array> {
  const runtime = await Runtime.open(graph, { optimise: false })
  const [output] = Object.values(
    await runtime.run({ image: runtimeTensor('float32', normal(shape, 'image'), shape) }),
  )
  await runtime.close()
  return output.data as Float32Array
}

export function difference(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / largest
}

export const count = (graph: Graph, opType: string) =>
  graph.nodes.filter((node) => node.opType === opType).length
