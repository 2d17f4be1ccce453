import { describe, expect, it } from 'vitest'
import { blockSize } from '../../src/onnx/blocked/block-size.js'
import { blockedMaps } from '../../src/onnx/blocked/blocked-maps.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder, type Value } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { elementCount } from '../../src/onnx/tensor.js'
import { RandomStream } from '../../src/random/philox.js'

const block = (await blockSize()) ?? 0
const BATCH = 16
const [WIDE, SIDE] = [32, 6]

/** A network of maps [16, 32, 6, 6] that go through what is built. */
function networkOf(build: (g: GraphBuilder, x: Value) => readonly Value[]): Graph {
  const g = new GraphBuilder()
  const x = g.floatInput('x', [BATCH, WIDE, SIDE, SIDE])
  const kernels = g.floatInput('kernels', [WIDE, WIDE, 3, 3])
  const first = g.node('Conv', [x, kernels], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  const results = build(g, first)
  const shapes = new ShapeInference(g.graph)
  for (const [i, value] of results.entries()) g.output(`y${i}`, value, shapes.of(value).shape ?? [])
  return g.graph
}

async function run(graph: Graph): Promise<Float32Array[]> {
  const runtime = await Runtime.open(graph, { threads: 1 })
  const feeds = graph.inputs.map(({ name, shape }) => {
    const numbers = new Float32Array(elementCount(shape.map(Number)))
    new RandomStream(3, name).fillNormal(numbers, 1)
    return [name, runtimeTensor('float32', numbers, shape.map(Number))]
  })
  const results = await runtime.run(Object.fromEntries(feeds))
  await runtime.close()
  return graph.outputs.map(({ name }) => results[name].data as Float32Array)
}

/** @returns the operators of the network in blocks */
async function expectSame(graph: Graph): Promise<string[]> {
  const blocked = blockedMaps(graph, block)
  const [expected, found] = [await run(graph), await run(blocked)]
  for (const [i, numbers] of expected.entries()) {
    const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const off = numbers.reduce((most, value, at) => Math.max(most, Math.abs(value - found[i][at])), 0)
    expect(off / largest, `output ${i}`).toBeLessThan(1e-5)
  }
  return blocked.nodes.map(({ opType }) => opType)
}

const count = (operators: readonly string[], wanted: string): number =>
  operators.filter((operator) => operator === wanted).length

describe.skipIf(block === 0)('maps in blocks: the same numbers, to 1e-5 of the largest', () => {
  const vector = (g: GraphBuilder, name: string, shape = [WIDE, 1, 1]) => g.floatInput(name, shape)
  const square = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }

  it.each([
    ['plain', {}],
    ['strides, dilations and uneven padding', { strides: [2, 1], dilations: [1, 2], pads: [0, 2, 1, 1] }],
  ])('convolutions, one after the other: %s', async (_, attributes) => {
    const operators = await expectSame(
      networkOf((g, x) => {
        const w = g.floatInput('w', [16, WIDE, 3, 3])
        return [g.node('Conv', [x, w, vector(g, 'bias', [16])], { ...square, ...attributes })]
      }),
    )
    expect(count(operators, 'ReorderInput')).toBe(1)
    expect(count(operators, 'ReorderOutput')).toBe(1)
  })

  it('a convolution of few channels takes them as they are', async () => {
    const g = new GraphBuilder()
    const x = g.floatInput('x', [2, 3, SIDE, SIDE])
    const w = g.floatInput('w', [16, 3, 3, 3])
    g.output('y', g.node('Conv', [x, w], square), [2, 16, SIDE, SIDE])
    const operators = await expectSame(g.graph)
    expect(count(operators, 'ReorderInput')).toBe(0)
    expect(count(operators, 'ReorderOutput')).toBe(1)
  })

  it('channels that fill no block stay as they are', async () => {
    const g = new GraphBuilder()
    const x = g.floatInput('x', [2, block + 3, SIDE, SIDE])
    const w = g.floatInput('w', [block + 1, block + 3, 3, 3])
    g.output('y', g.node('Conv', [x, w], square), [2, block + 1, SIDE, SIDE])
    expect(count(await expectSame(g.graph), 'ReorderInput')).toBe(0)
  })

  it('maps scaled and added up channel by channel, an activation: a convolution each', async () => {
    const operators = await expectSame(
      networkOf((g, x) => {
        const kernel = g.reshape(vector(g, 'a'), [WIDE, 1, 1, 1])
        const normal = g.node('Conv', [x, kernel, vector(g, 'b', [WIDE])], {
          group: WIDE,
          kernel_shape: [1, 1],
        })
        const scaled = g.mul(vector(g, 'c'), g.node('Relu', [x]))
        return [g.node('Relu', [g.node('Sum', [normal, x, scaled, vector(g, 'd', [1, WIDE, 1, 1])])])]
      }),
    )
    expect(count(operators, 'Conv')).toBe(3)
    expect(count(operators, 'Relu')).toBe(1)
    expect(count(operators, 'ReorderOutput')).toBe(1)
  })

  it('slopes below zero, channel by channel', async () => {
    const operators = await expectSame(networkOf((g, x) => [g.node('PRelu', [x, vector(g, 'slopes')])]))
    expect(count(operators, 'ReorderOutput')).toBe(1)
  })

  it('number by number, with masks', async () => {
    const operators = await expectSame(
      networkOf((g, x) => {
        const mask = g.node('Greater', [x, g.floats(0.5)])
        return [g.node('Where', [mask, g.mul(x, x), g.node('Sigmoid', [x])])]
      }),
    )
    expect(count(operators, 'ReorderOutput')).toBe(1)
  })

  it('sums over places, of numbers and of squares; pools', async () => {
    const operators = await expectSame(
      networkOf((g, x) => [
        g.node('ReduceSum', [x, g.ints([2, 3])], { keepdims: 0 }),
        g.node('ReduceSumSquare', [x], { axes: [2, 3], keepdims: 0 }),
        g.node('ReduceSum', [x, g.ints([0, 2, 3])], { keepdims: 1 }),
        g.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] }),
        g.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2] }),
      ]),
    )
    expect(count(operators, 'ReorderOutput')).toBe(2)
  })

  it('what knows no blocks gets maps as they were', async () => {
    await expectSame(
      networkOf((g, x) => [
        g.node('Softmax', [x], { axis: 3 }),
        g.mul(x, g.floatInput('rows', [SIDE, 1])),
        g.node('ReduceSum', [x, g.ints([1])], { keepdims: 1 }),
      ]),
    )
  })

  it("a kernel gradient's convolution: batch and channels exchanged, padding cut off where it is negative", async () => {
    const operators = await expectSame(
      networkOf((g, x) => {
        const halves = g.node('Conv', [x, g.floatInput('w', [16, WIDE, 3, 3])], {
          ...square,
          strides: [2, 2],
        })
        const seen = g.node('Pad', [g.transpose(x, [1, 0, 2, 3]), g.ints([0, 0, 1, 1, 0, 0, 0, -1])])
        const turned = g.transpose(halves, [1, 0, 2, 3])
        return [g.node('Conv', [seen, turned], { kernel_shape: [3, 3], dilations: [2, 2] })]
      }),
    )
    expect(count(operators, 'Conv')).toBe(3)
  })
})
