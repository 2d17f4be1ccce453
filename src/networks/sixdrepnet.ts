import { InputError } from '../errors.js'
import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import { type Architecture, type FreshSize, IMAGENET } from './architecture.js'
import { FreshWeights } from './fresh-weights.js'
import { type Convolution, Layers } from './layers.js'
import { eulerAngles } from './rotation.js'
import type { Weights, WeightTensors } from './weights.js'

const LAYERS = ['layer0', 'layer1', 'layer2', 'layer3', 'layer4']
const EPSILON = 1e-5

export const sixdrepnet: Architecture = {
  title: '6DRepNet (head pose)',
  roles: ['pose'],
  signs: ['layer0.rbr_reparam.weight', 'layer0.rbr_dense.conv.weight'],
  build(g, weights) {
    buildSixDRepNet(g, weights)
    return {
      role: 'pose',
      description: '6DRepNet: yaw, pitch and roll in degrees',
      input: { name: 'image', size: [224, 224], resize: 'antialias', ...IMAGENET },
      output: { name: 'pose', size: 3 },
    }
  },
  fresh: freshSixDRepNet,
}

/**
 * 6DRepNet: RepVGG (B1g2 in the official release), six numbers, a rotation matrix, Euler angles. A block is one 3x3
 * convolution, or three branches where the weights are in training form.
 *
 * Input: `image` [batch, 3, height, width]. Output: `pose` [batch, 3]: yaw, pitch, roll in degrees.
 */
export function buildSixDRepNet(g: GraphBuilder, weights: Weights): void {
  const layers = new Layers(g, weights, EPSILON)
  let x = g.floatInput('image', ['batch', 3, 'height', 'width'])
  let width = 3
  for (const layer of LAYERS) {
    const names =
      layer === 'layer0' ? [layer] : Array.from({ length: weights.count(layer) }, (_, i) => `${layer}.${i}`)
    for (const [i, name] of names.entries()) {
      ;[x, width] = repVggBlock(layers, x, name, width, i === 0 ? 2 : 1)
    }
  }
  const pooled = g.node('Flatten', [g.node('GlobalAveragePool', [x])])
  g.output('pose', eulerAngles(g, layers.linear(pooled, 'linear_reg', width, 6)), ['batch', 3])
}

/** @returns the map, and how many channels it has */
function repVggBlock(layers: Layers, x: Value, key: string, from: number, stride: number): [Value, number] {
  const { weights } = layers
  const single = `${key}.rbr_reparam`
  const dense = weights.has(`${single}.weight`) ? single : `${key}.rbr_dense.conv`
  const [to, groupWidth] = weights.shapeOf(`${dense}.weight`, 4)
  const shape = { from, to, stride, groups: from / groupWidth }
  const y = dense === single ? layers.conv(x, single, shape) : threeBranches(layers, x, key, shape)
  return [layers.relu(y), to]
}

/** A 3x3 convolution + a 1x1 convolution + x, each normalised. */
function threeBranches(layers: Layers, x: Value, key: string, shape: Convolution): Value {
  const dense = layers.convNorm(x, `${key}.rbr_dense.conv`, `${key}.rbr_dense.bn`, shape)
  const point = layers.convNorm(x, `${key}.rbr_1x1.conv`, `${key}.rbr_1x1.bn`, { ...shape, kernel: 1 })
  const sum = layers.g.add(dense, point)
  return layers.weights.has(`${key}.rbr_identity.weight`)
    ? layers.g.add(sum, layers.batchNorm(x, `${key}.rbr_identity`, shape.to))
    : sum
}

/** Blocks of layers 1..4, and what multiplies their 64, 128, 256 and 512 channels. */
interface Size {
  readonly blocks: readonly number[]
  readonly factors: readonly number[]
}
const A = [2, 4, 14, 1]
const B = [4, 6, 16, 1]
const SIZES: Readonly<Record<string, Size>> = {
  A0: { blocks: A, factors: [0.75, 0.75, 0.75, 2.5] },
  A1: { blocks: A, factors: [1, 1, 1, 2.5] },
  A2: { blocks: A, factors: [1.5, 1.5, 1.5, 2.75] },
  B0: { blocks: B, factors: [1, 1, 1, 2.5] },
  B1: { blocks: B, factors: [2, 2, 2, 4] },
  B2: { blocks: B, factors: [2.5, 2.5, 2.5, 5] },
  B3: { blocks: B, factors: [3, 3, 3, 5] },
}
const WIDTHS = [64, 128, 256, 512]

/** Fresh weights of the three branches of each block, as PyTorch begins layers: `B1g2` is B1 with 2 groups in every other. */
function freshSixDRepNet(seed: number, { depth }: FreshSize): WeightTensors {
  const [, name = '', grouped = '1'] = /^([AB]\d)(?:g([24]))?$/.exec(depth) ?? []
  if (!Object.hasOwn(SIZES, name)) {
    const names = Object.keys(SIZES).join(', ')
    throw new InputError(`no RepVGG ${depth}`, 'depth', `the depths are ${names}, and B1g2 with groups`)
  }
  const { blocks, factors } = SIZES[name]
  const fresh = new FreshWeights(seed)
  let from = 3
  let passed = 0
  const block = (key: string, to: number, isFirst: boolean) => {
    const shape = { from, to, groups: passed > 0 && passed % 2 === 0 ? Number(grouped) : 1 }
    fresh.convolution(`${key}.rbr_dense.conv`, shape)
    fresh.batchNorm(`${key}.rbr_dense.bn`, to)
    fresh.convolution(`${key}.rbr_1x1.conv`, { ...shape, kernel: 1 })
    fresh.batchNorm(`${key}.rbr_1x1.bn`, to)
    if (from === to && !isFirst) fresh.batchNorm(`${key}.rbr_identity`, to)
    from = to
    passed++
  }
  block('layer0', Math.min(64, 64 * factors[0]), true)
  for (const [layer, count] of blocks.entries())
    for (let i = 0; i < count; i++) block(`layer${layer + 1}.${i}`, WIDTHS[layer] * factors[layer], i === 0)
  fresh.linear('linear_reg', from, 6)
  return fresh.tensors
}
