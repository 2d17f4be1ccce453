import { describe, expect, it } from 'vitest'
import { ARCHITECTURES } from '../../src/networks/catalogue.js'
import { foldForInference } from '../../src/networks/fold-for-inference.js'
import { inception } from '../../src/networks/inception.js'
import { iresnet } from '../../src/networks/iresnet.js'
import { sixdrepnet } from '../../src/networks/sixdrepnet.js'
import { Weights, type WeightTensor, type WeightTensors } from '../../src/networks/weights.js'
import { bakeConstants } from '../../src/onnx/bake-constants.js'
import { type FloatType, GraphBuilder } from '../../src/onnx/graph-builder.js'
import { built, count, difference, normal, run, unsettled } from './built-network.js'
import { onelayer } from './example-network.js'

const SIZE = { depth: '18', featureSize: 16 }

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
    const graph = built(iresnet, unsettled(iresnet.fresh(1, SIZE)))
    const trainable = graph.clone()
    foldForInference(graph)
    expect([count(trainable, 'BatchNormalization'), count(graph, 'BatchNormalization')]).toEqual([31, 8])
    expect([count(trainable, 'Conv'), count(graph, 'Conv')]).toEqual([21, 21])
    const shape = [2, 3, 112, 112]
    expect(difference(await run(trainable, shape), await run(graph, shape))).toBeLessThan(5e-6)
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

  it('the weights stay those of the checkpoint, and what is computed of them is computed when it is loaded', () => {
    const weights = unsettled(onelayer.fresh(1, SIZE))
    const graph = built(onelayer, weights)
    const trainable = graph.clone()
    foldForInference(graph)
    for (const name of weights.keys())
      expect(graph.initialisers.get(name)).toBe(trainable.initialisers.get(name))
  })

  it('in half precision, numbers are folded before they are rounded', async () => {
    const weights = unsettled(onelayer.fresh(1, SIZE))
    const kernel = async (type: FloatType) => {
      const graph = built(onelayer, weights, type)
      foldForInference(graph)
      await bakeConstants(graph)
      expect(graph.initialisers.get('stem.norm.running_var')).toBeUndefined()
      const conv = graph.nodes.find(({ opType }) => opType === 'Conv')
      return graph.initialisers.get(conv?.inputs[1] ?? '')
    }
    const [half, full] = [await kernel('float16'), await kernel('float32')]
    expect(half?.type).toBe('float16')
    expect(half?.exact?.()).toEqual(full?.read())
  })

  it('what something else uses, and a graph without normalisation, stay as they are', () => {
    const graph = built(onelayer, onelayer.fresh(1, SIZE))
    const norm = graph.nodes.find(({ opType }) => opType === 'BatchNormalization')
    graph.outputs.push({ name: norm?.inputs[0] ?? '', type: 'float32', shape: ['batch', 8, 56, 56] })
    const before = [...graph.nodes]
    foldForInference(graph)
    expect(graph.nodes).toEqual(before)
  })
})

describe('fresh weights, as the official codes begin them', () => {
  const weights = iresnet.fresh(7, SIZE)
  const read = (key: string, of: WeightTensors = weights) => of.get(key)?.readFloat32() ?? new Float32Array()
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length }
  }

  it.each([
    ['fc.weight', 512 * 49, weights],
    ['layer1.0.rbr_dense.conv.weight', 9 * 48, sixdrepnet.fresh(7, { ...SIZE, depth: 'A0' })],
    ['Mixed_6b.branch7x7_2.conv.weight', 7 * 128, inception.fresh(7, SIZE)],
  ])(
    '%s is uniform within 1 / sqrt(%i), as PyTorch has it: mean 0, variance a third of the bound squared',
    (key, inputs, of) => {
      const values = read(key, of)
      const bound = 1 / Math.sqrt(inputs)
      const { mean, variance } = moments(values)
      expect(values.every((v) => Math.abs(v) <= bound)).toBe(true)
      expect(Math.abs(mean) / bound).toBeLessThan(5 / Math.sqrt(3 * values.length))
      expect(Math.abs((3 * variance) / bound ** 2 - 1)).toBeLessThan(10 / Math.sqrt(values.length))
    },
  )

  it("iresnet's kernels are normal with a deviation of 0.1, as insightface's", () => {
    const values = read('layer2.0.conv1.weight')
    const { mean, variance } = moments(values)
    expect(Math.abs(mean)).toBeLessThan(0.5 / Math.sqrt(values.length))
    expect(Math.abs(100 * variance - 1)).toBeLessThan(10 / Math.sqrt(values.length))
    expect(values.some((v) => Math.abs(v) > 0.3)).toBe(true)
  })

  it.each([
    // Beside it the authors' model has a patch embedding and a token that nothing uses.
    ['vec2face', 'base', 512, 174_126_998 - (3 * 16 ** 2 + 1) * 768 - (768 + 1) * 49],
    ['iresnet', '100', 512, 65_156_160],
    ['sixdrepnet', 'B1g2', 0, 43_745_670],
    ['inception', '', 0, 23_850_960],
  ] as const)(
    "%s %s has as many parameters as the official code's, none left over",
    (name, depth, featureSize, parameters) => {
      const of = ARCHITECTURES[name].fresh(1, { depth, featureSize })
      const taken = new Weights(of, 'fresh')
      ARCHITECTURES[name].build(new GraphBuilder(), taken, {})
      expect(taken.finish()).toEqual([])
      const learned = [...of].filter(([key]) => !/running_(mean|var)$/.test(key))
      expect(learned.reduce((sum, [, { size }]) => sum + size, 0)).toBe(parameters)
    },
  )

  it('normalisation changes nothing, slopes are 0.25', () => {
    expect(['weight', 'bias', 'running_mean', 'running_var'].map((part) => read(`bn1.${part}`)[5])).toEqual([
      1, 0, 0, 1,
    ])
    expect([...new Set(read('prelu.weight'))]).toEqual([0.25])
  })

  it('the seed alone determines them; each weight has its own', () => {
    expect(read('conv1.weight', iresnet.fresh(7, SIZE))).toEqual(read('conv1.weight'))
    expect(read('conv1.weight', iresnet.fresh(8, SIZE))).not.toEqual(read('conv1.weight'))
    expect(read('layer1.0.conv1.weight')).not.toEqual(read('layer1.0.conv2.weight'))
  })

  it('a depth that is not known is refused', () => {
    expect(() => iresnet.fresh(1, { ...SIZE, depth: '19' })).toThrow(
      /no iresnet 19; the depths are 18, 34, 50/,
    )
  })
})
