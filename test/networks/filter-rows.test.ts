import { describe, expect, it } from 'vitest'
import { filterRows } from '../../src/networks/filter-rows.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder, type Value } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'

const CHANNELS = 64

interface Layer {
  readonly size?: number
  readonly stride?: number
}

/** Residual blocks, normalised first, on a map of any height; the first of several strides. */
class Blocks {
  readonly g = new GraphBuilder()
  readonly #random = new RandomStream(1, 'blocks')

  weight(shape: readonly number[], mean = 0, deviation = 1): Value {
    const numbers = new Float32Array(shape.reduce((a, b) => a * b))
    this.#random.fillNormal(numbers)
    return this.g.weight(this.g.name('weight'), shape, () => numbers.map((n) => mean + deviation * n))
  }

  convolution(x: Value, { size = 3, stride = 1 }: Layer = {}): Value {
    const kernel = this.weight([CHANNELS, CHANNELS, size, size], 0, 1 / Math.sqrt(CHANNELS * size * size))
    return this.g.node('Conv', [x, kernel, this.weight([CHANNELS])], {
      kernel_shape: [size, size],
      pads: new Array<number>(4).fill((size - 1) / 2),
      strides: [stride, stride],
    })
  }

  block(x: Value, stride: number): Value {
    const statistics = [1, 0, 0].map((mean) => this.weight([CHANNELS], mean, 0.1))
    const variance = this.g.weight(this.g.name('variance'), [CHANNELS], () =>
      new Float32Array(CHANNELS).fill(1),
    )
    const normal = this.g.node('BatchNormalization', [x, ...statistics, variance])
    const inner = this.g.node('PRelu', [this.convolution(normal), this.weight([CHANNELS, 1, 1], 0.2, 0.1)])
    const outer = this.convolution(inner, { stride })
    return this.g.add(outer, stride === 1 ? x : this.convolution(x, { size: 1, stride }))
  }
}

function network(height: number, width: number, strides: readonly number[]): Graph {
  const blocks = new Blocks()
  let x = blocks.g.floatInput('x', ['batch', CHANNELS, height, width])
  for (const stride of strides) x = blocks.block(x, stride)
  const after = (side: number) => strides.reduce((left, stride) => Math.ceil(left / stride), side)
  blocks.g.output('y', x, ['batch', CHANNELS, after(height), after(width)])
  return blocks.g.graph
}

async function result(graph: Graph, height: number, width: number): Promise<Float32Array> {
  const shape = [2, CHANNELS, height, width]
  const map = new Float32Array(shape.reduce((a, b) => a * b))
  new RandomStream(2, 'map').fillNormal(map)
  const runtime = await Runtime.open(graph, { threads: 1 })
  const { y } = await runtime.run({ x: runtimeTensor('float32', map, shape) })
  await runtime.close()
  return y.data as Float32Array
}

describe('3x3 convolutions by half of the multiplications', () => {
  for (const [height, width, strides] of [
    [16, 16, [1, 1, 1]],
    [14, 14, [1, 1, 1]],
    [7, 9, [1, 1, 1]],
    [13, 8, [1, 1, 1]],
    [56, 24, [1, 2, 1, 2, 1, 2, 1]],
    [28, 12, [1, 1, 1, 2, 1, 2, 1]],
  ] as const) {
    it(`compute the same but for float32's rounding: ${height} rows, strides ${strides.join()}`, async () => {
      const plain = network(height, width, strides)
      const filtered = filterRows(plain)
      if (filtered === undefined) throw new Error('nothing was filtered')
      const three = ({ nodes }: Graph) =>
        nodes.filter(({ attributes }) => String(attributes.kernel_shape) === '3,3').length
      expect(three(plain)).toBe(2 * strides.length)
      expect(three(filtered)).toBe(0)
      const [before, after] = [await result(plain, height, width), await result(filtered, height, width)]
      const largest = before.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
      const off = before.reduce((max, value, i) => Math.max(max, Math.abs(value - after[i])), 0)
      expect(after).toHaveLength(before.length)
      expect(largest).toBeGreaterThan(0)
      expect(off / largest).toBeLessThan(5e-6)
      expect(after).not.toEqual(before)
    })
  }

  it('are left as they are where maps would be turned more often than that pays', () => {
    expect(filterRows(network(16, 16, [1]))).toBeUndefined()
  })

  it('leave the network that was given as it is', () => {
    const plain = network(16, 16, [1, 1, 1])
    const nodes = [...plain.nodes]
    expect(filterRows(plain)).toBeDefined()
    expect(plain.nodes).toEqual(nodes)
  })
})
