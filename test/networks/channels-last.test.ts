import { describe, expect, test } from 'vitest'
import { channelsLast } from '../../src/networks/channels-last.js'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { drawImage } from '../../src/networks/image-decoder.js'
import { Layers } from '../../src/networks/layers.js'
import { Weights, type WeightTensor } from '../../src/networks/weights.js'
import { bakeConstants } from '../../src/onnx/bake-constants.js'
import type { Graph } from '../../src/onnx/graph.js'
import { GraphBuilder, type Value } from '../../src/onnx/graph-builder.js'
import { inHalfPrecision } from '../../src/onnx/half/half-precision.js'
import { floatOf, intOf, type Node } from '../../src/onnx/node.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'

const WIDTH = 64
const SHAPE = [2, 8, 3, 4]

function tensor(key: string, shape: readonly number[]): [string, WeightTensor] {
  const values = new Float32Array(shape.reduce((a, b) => a * b))
  new RandomStream(1, key).fillNormal(values)
  const scaled =
    shape.length === 4 ? values.map((v) => v / Math.sqrt(shape[1] * shape[2] * shape[3])) : values
  return [key, { shape, size: values.length, readFloat32: () => scaled } as unknown as WeightTensor]
}

/** A small decoder like Vec2Face's: two levels, a shortcut, a doubling. */
function decoder(): Graph {
  const conv = (key: string, to: number, from: number, bias: boolean, kernel = 3) => [
    tensor(`${key}.weight`, [to, from, kernel, kernel]),
    ...(bias ? [tensor(`${key}.bias`, [to])] : []),
  ]
  const norm = (key: string, width: number) => [
    tensor(`${key}.weight`, [width]),
    tensor(`${key}.bias`, [width]),
  ]
  const block = (key: string, from: number, to: number) => [
    ...norm(`${key}.norm1`, from),
    ...conv(`${key}.conv1`, to, from, false),
    ...norm(`${key}.norm2`, to),
    ...conv(`${key}.conv2`, to, to, false),
    ...(from === to ? [] : conv(`${key}.nin_shortcut`, to, to, false, 1)),
  ]
  const weights = new Map([
    ...conv('d.conv_in', WIDTH, 8, true),
    ...block('d.mid.block_1', WIDTH, WIDTH),
    ...block('d.mid.block_2', WIDTH, WIDTH),
    ...block('d.up.1.block.0', WIDTH, WIDTH),
    ...conv('d.up.1.upsample.conv', WIDTH, WIDTH, true),
    ...block('d.up.0.block.0', WIDTH, 32),
    ...norm('d.norm_out', 32),
    ...conv('d.conv_out', 3, 32, true),
  ])
  const g = new GraphBuilder()
  const x = g.floatInput('x', ['batch', ...SHAPE.slice(1)])
  g.output('image', drawImage(new Layers(g, new Weights(weights, 'made'), 1e-5), x, 'd', SHAPE[1], 1e-6), [
    'batch',
    3,
    6,
    8,
  ])
  return g.graph
}

/** The same by operators that the processor has, after onnxruntime's documentation of its own. */
function forProcessor(graph: Graph): Graph {
  const copy = graph.clone()
  copy.nodes = []
  copy.opsets.delete('com.microsoft')
  const g = new GraphBuilder('float32', copy)
  for (const name of graph.names()) g.take(name)
  const first = (map: Value) => g.node('Transpose', [map], { perm: [0, 3, 1, 2] })
  const last = (map: Value, { outputs }: Node) =>
    copy.add('Transpose', [map], outputs, { perm: [0, 2, 3, 1] })
  const written: Readonly<Record<string, (node: Node) => void>> = {
    // The kernel is [to, height, width, from].
    NhwcConv(node) {
      const [map, kernel, ...bias] = node.inputs
      last(g.node('Conv', [first(map), first(kernel), ...bias], node.attributes), node)
    },
    SkipGroupNorm(node) {
      const [map, factor, summand, skip] = node.inputs
      const [normed, sum] = node.outputs
      copy.add('Add', [map, skip], [sum])
      written.GroupNorm({ ...node, inputs: [sum, factor, summand], outputs: [normed] })
    },
    GroupNorm(node) {
      const [map, factor, summand] = node.inputs
      const groups = intOf(node, 'groups', 0)
      expect(intOf(node, 'channels_last', 0)).toBe(1)
      const plain = first(map)
      const list = (value: number) => g.floats(new Array<number>(groups).fill(value))
      const grouped = [g.reshape(plain, [0, groups, -1]), list(1), list(0)]
      const epsilon = { float: floatOf(node, 'epsilon', 0) }
      const norm = g.node('InstanceNormalization', grouped, { epsilon })
      const back = g.node('Reshape', [norm, g.node('Shape', [plain])])
      const perMap = (vector: Value) => g.reshape(vector, [-1, 1, 1])
      const y = g.add(g.mul(back, perMap(factor)), perMap(summand))
      last(intOf(node, 'activation', 0) === 1 ? g.mul(y, g.node('Sigmoid', [y])) : y, node)
    },
  }
  for (const node of graph.nodes)
    if (node.domain === 'com.microsoft') written[node.opType](node)
    else copy.nodes.push(node)
  return copy
}

async function image(graph: Graph): Promise<Float32Array> {
  const runtime = await Runtime.open(graph, { threads: 1 })
  const x = new Float32Array(SHAPE.reduce((a, b) => a * b))
  new RandomStream(2, 'x').fillNormal(x)
  const results = await runtime.run({ x: runtimeTensor('float32', x, SHAPE) })
  await runtime.close()
  return results.image.data as Float32Array
}

const count = (graph: Graph, opType: string) => graph.nodes.filter((node) => node.opType === opType).length

async function turned(graph: Graph): Promise<Graph> {
  const last = channelsLast(graph)
  if (last === undefined) throw new Error('nothing was turned')
  const [known, found] = [await image(graph), await image(forProcessor(last))]
  const most = Math.max(...known.map(Math.abs))
  for (const [i, value] of found.entries()) expect(Math.abs(value - known[i])).toBeLessThan(1e-5 * most)
  return last
}

describe('a decoder of images with its channels last', () => {
  test('is the same but for rounding; one map is turned on its way in, one on its way out', async () => {
    const plain = decoder()
    const last = await turned(plain)
    // Each block begins with the sum that the one before ends with; the two beside the doubling, and the first, with a convolution.
    expect(count(last, 'SkipGroupNorm')).toBeGreaterThan(1)
    expect(count(last, 'GroupNorm') + count(last, 'SkipGroupNorm')).toBe(
      count(plain, 'InstanceNormalization'),
    )
    for (const gone of ['InstanceNormalization', 'Sigmoid']) expect(count(last, gone)).toBe(0)
    const maps = last.nodes.filter(
      ({ opType, inputs }) => opType === 'Transpose' && !last.initialisers.has(inputs[0]),
    )
    expect(maps).toHaveLength(2)
  })

  test('as it is imported, doublings split in four', async () => {
    const graph = decoder()
    foldForInference(graph)
    expect(count(graph, 'DepthToSpace')).toBe(1)
    const last = await turned(graph)
    expect(count(last, 'DepthToSpace') + count(last, 'InstanceNormalization')).toBe(0)
  })

  test('in half precision normalisations take halves, and give halves', async () => {
    const graph = decoder()
    foldForInference(graph)
    await bakeConstants(graph)
    const half = inHalfPrecision(graph, 'float16').graph
    const last = channelsLast(half)
    expect(new Set(last?.nodes.map(({ name }) => name)).size).toBe(last?.nodes.length)
    const norms = last && count(last, 'GroupNorm') + count(last, 'SkipGroupNorm')
    expect(norms).toBe(count(half, 'InstanceNormalization'))
    // What is cast is what goes in and what comes out.
    expect(last && count(last, 'Cast')).toBeLessThan(5)
  })

  test('a network without group normalisations is left alone', () => {
    const g = new GraphBuilder()
    g.output('y', g.node('Relu', [g.floatInput('x', ['batch', 3])]), ['batch', 3])
    expect(channelsLast(g.graph)).toBeUndefined()
  })
})
