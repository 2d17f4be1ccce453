import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../src/bytes/byte-source.js'
import { findNetworks } from '../../src/checkpoint/find-networks.js'
import { StoredTensor } from '../../src/checkpoint/stored-tensor.js'
import type { Architecture } from '../../src/networks/architecture.js'
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../../src/networks/catalogue.js'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { iresnet } from '../../src/networks/iresnet.js'
import { sixdrepnet } from '../../src/networks/sixdrepnet.js'
import { Weights, type WeightTensor, type WeightTensors } from '../../src/networks/weights.js'
import type { Graph } from '../../src/onnx/graph.js'
import { type FloatType, GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'
import { onelayer } from './example-network.js'

const SIZE = { depth: '18', featureSize: 16 }

function normal(shape: readonly number[], name: string): Float32Array {
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
  new RandomStream(1, name).fillNormal(values)
  return values
}

/** Fresh weights whose normalisation does something: means, variances, factors and summands that differ by channel. */
function unsettled(weights: WeightTensors): WeightTensors {
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

function built(architecture: Architecture, weights: WeightTensors, type: FloatType = 'float32'): Graph {
  const g = new GraphBuilder(type)
  const taken = new Weights(weights, 'fresh')
  architecture.build(g, taken, {})
  expect(taken.finish()).toEqual([])
  return g.graph
}

async function run(graph: Graph, shape: readonly number[]): Promise<Float32Array> {
  const runtime = await Runtime.open(graph, { optimise: false })
  const [output] = Object.values(
    await runtime.run({ image: runtimeTensor('float32', normal(shape, 'image'), shape) }),
  )
  await runtime.close()
  return output.data as Float32Array
}

function difference(a: Float32Array, b: Float32Array): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / largest
}

const count = (graph: Graph, opType: string) => graph.nodes.filter((node) => node.opType === opType).length

/** A block of RepVGG in training form a layer, the second of a layer in two groups. */
function repVgg(): WeightTensors {
  const weights = new Map<string, WeightTensor>()
  const add = (key: string, shape: number[]) => {
    const values = normal(shape, key).map((value) =>
      key.endsWith('running_var') ? 0.5 + value * value : 0.3 * value,
    )
    weights.set(key, { shape, size: values.length, readFloat32: () => values })
  }
  const norm = (key: string, n: number) => {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) add(`${key}.${part}`, [n])
  }
  let from = 3
  for (const [layer, blocks] of [1, 2, 1, 1, 1].entries()) {
    for (let block = 0; block < blocks; block++) {
      const key = layer === 0 ? 'layer0' : `layer${layer}.${block}`
      const groups = block === 1 ? 2 : 1
      add(`${key}.rbr_dense.conv.weight`, [8, from / groups, 3, 3])
      norm(`${key}.rbr_dense.bn`, 8)
      add(`${key}.rbr_1x1.conv.weight`, [8, from / groups, 1, 1])
      norm(`${key}.rbr_1x1.bn`, 8)
      if (block === 1) norm(`${key}.rbr_identity`, 8)
      from = 8
    }
  }
  add('linear_reg.weight', [6, 8])
  add('linear_reg.bias', [6])
  return weights
}

describe('folding is a pass over a graph that could be trained: the same numbers but for rounding', () => {
  it('iresnet: only the normalisation before the first convolution of a block stays', async () => {
    const graph = built(iresnet, unsettled(iresnet.fresh?.(1, SIZE) ?? new Map()))
    const trainable = graph.clone()
    foldForInference(graph)
    expect([count(trainable, 'BatchNormalization'), count(graph, 'BatchNormalization')]).toEqual([31, 8])
    expect([count(trainable, 'Conv'), count(graph, 'Conv')]).toEqual([21, 21])
    const shape = [2, 3, 112, 112]
    expect(difference(await run(trainable, shape), await run(graph, shape))).toBeLessThan(1e-6)
  })

  it('RepVGG: three branches become one convolution', async () => {
    const graph = built(sixdrepnet, repVgg())
    const trainable = graph.clone()
    foldForInference(graph)
    expect([count(trainable, 'Conv'), count(graph, 'Conv'), count(graph, 'BatchNormalization')]).toEqual([
      12, 6, 0,
    ])
    const shape = [2, 3, 64, 64]
    expect(difference(await run(trainable, shape), await run(graph, shape))).toBeLessThan(1e-5)
  })

  it('in half precision, numbers are folded before they are rounded', () => {
    const weights = unsettled(onelayer.fresh?.(1, SIZE) ?? new Map())
    const [half, full] = (['float16', 'float32'] as const).map((type) => {
      const graph = built(onelayer, weights, type)
      foldForInference(graph)
      return graph.initialisers.get('stem.conv.weight')
    })
    expect(half?.type).toBe('float16')
    expect(half?.exact?.()).toEqual(full?.read())
  })

  it('what something else uses, and a graph without normalisation, stay as they are', () => {
    const graph = built(onelayer, onelayer.fresh?.(1, SIZE) ?? new Map())
    const norm = graph.nodes.find(({ opType }) => opType === 'BatchNormalization')
    graph.outputs.push({ name: norm?.inputs[0] ?? '', type: 'float32', shape: ['batch', 8, 56, 56] })
    const before = [...graph.nodes]
    foldForInference(graph)
    expect(graph.nodes).toEqual(before)
  })
})

describe('fresh weights, as PyTorch initialises its layers', () => {
  const weights = iresnet.fresh?.(7, SIZE) ?? new Map<string, WeightTensor>()
  const read = (key: string, of: WeightTensors = weights) => of.get(key)?.readFloat32() ?? new Float32Array()

  it.each([
    ['layer2.0.conv1.weight', 64 * 9],
    ['layer4.0.downsample.0.weight', 256],
    ['fc.weight', 512 * 49],
  ])('%s is uniform within 1 / sqrt(%i): mean 0, variance a third of the bound squared', (key, inputs) => {
    const values = read(key)
    const bound = 1 / Math.sqrt(inputs)
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
    expect(values.every((v) => Math.abs(v) <= bound)).toBe(true)
    expect(Math.abs(mean) / bound).toBeLessThan(5 / Math.sqrt(3 * values.length))
    expect(Math.abs((3 * variance) / bound ** 2 - 1)).toBeLessThan(10 / Math.sqrt(values.length))
  })

  it('normalisation changes nothing, slopes are 0.25', () => {
    expect(['weight', 'bias', 'running_mean', 'running_var'].map((part) => read(`bn1.${part}`)[5])).toEqual([
      1, 0, 0, 1,
    ])
    expect([...new Set(read('prelu.weight'))]).toEqual([0.25])
  })

  it('the seed alone determines them; each weight has its own', () => {
    expect(read('conv1.weight', iresnet.fresh?.(7, SIZE))).toEqual(read('conv1.weight'))
    expect(read('conv1.weight', iresnet.fresh?.(8, SIZE))).not.toEqual(read('conv1.weight'))
    expect(read('layer1.0.conv1.weight')).not.toEqual(read('layer1.0.conv2.weight'))
  })

  it('a depth that is not known is refused', () => {
    expect(() => iresnet.fresh?.(1, { ...SIZE, depth: '19' })).toThrow(
      /no iresnet 19; the depths are 18, 34, 50/,
    )
  })
})

describe('docs/adding-a-network.md', () => {
  const page = readFileSync(new URL('../../docs/adding-a-network.md', import.meta.url), 'utf8')
  const example = readFileSync(new URL('example-network.ts', import.meta.url), 'utf8')

  it('shows the example as it is, and every line of the list', () => {
    expect(page).toContain(
      `\`\`\`ts\n${example.replaceAll('../../src/networks/', './').replaceAll('../../src/', '../')}\`\`\``,
    )
    for (const name of ARCHITECTURE_NAMES) expect(page).toContain(`export { ${name} } from './${name}.js'`)
  })

  it('the example computes what it says, trained or folded, and is found behind any wrapper', async () => {
    const weights = unsettled(onelayer.fresh?.(3, SIZE) ?? new Map())
    const graph = built(onelayer, weights)
    const trainable = await run(graph, [2, 3, 112, 112])
    foldForInference(graph)
    expect(count(graph, 'BatchNormalization')).toBe(0)
    expect(difference(trainable, await run(graph, [2, 3, 112, 112]))).toBeLessThan(1e-6)
    const source = new MemorySource(new Uint8Array(4), 'x')
    const tensor = new StoredTensor({ type: 'float32', length: 1, source, offset: () => 0 }, [1])
    const state = new Map([...weights.keys()].map((key) => [`module.backbone.${key}`, tensor]))
    const signs = new Map(
      Object.entries({ ...ARCHITECTURES, onelayer }).map(([name, { signs: s }]) => [name, s]),
    )
    expect(findNetworks({ stateDicts: new Map([['', state]]) }, signs)).toMatchObject([
      { architecture: 'onelayer', wrapper: 'module.backbone.' },
    ])
  })

  it('no architecture is told by a key that ends like another one of its kind', () => {
    const all = ARCHITECTURE_NAMES.flatMap((name) =>
      ARCHITECTURES[name].signs.map((sign) => ({ name, sign })),
    )
    for (const { name, sign } of all) {
      const alike = all.filter((other) => other.name !== name && `.${sign}`.endsWith(`.${other.sign}`))
      expect(alike).toEqual([])
    }
  })
})
