import { InputError } from '../errors.js'
import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import type { Architecture, FreshSize } from './architecture.js'
import { FreshWeights } from './fresh-weights.js'
import { Layers } from './layers.js'
import type { Weights, WeightTensors } from './weights.js'

/** Pixels of a side of the blocks that become channels. */
const BLOCK = 4
/** Places of a side of the last map. */
const LAST_MAP = 7
const EPSILON = 1e-5

/** Widths and residual blocks of the stages, and the channels that the head keeps (none: it pools). */
interface Size {
  readonly widths: readonly number[]
  readonly blocks: readonly number[]
  readonly kept?: number
}

/** The demo's recognisers, and one for tests. */
const SIZES: Readonly<Record<string, Size>> = {
  a: { widths: [32, 64, 160], blocks: [0, 2, 2], kept: 32 },
  b: { widths: [24, 48, 128], blocks: [0, 1, 2] },
  tiny: { widths: [8, 12, 16], blocks: [0, 1, 1], kept: 4 },
}

/**
 * A small residual network for 112x112 faces, shaped for two cores: 4x4 blocks of pixels become channels, so that no
 * convolution runs on three channels or on more than 28x28 places. The demo's recognisers are of this family.
 */
export const demonet: Architecture = {
  title: 'the small recogniser of the demo world',
  roles: ['recogniser'],
  signs: ['trunk.stem.convolution.weight'],
  build(g, weights, options) {
    const size = buildDemonet(g, weights, options.epsilon ?? EPSILON)
    return {
      role: 'recogniser',
      description: 'small residual network over 4x4 blocks of pixels',
      input: { name: 'image' },
      output: { name: 'feature', size },
    }
  },
  fresh: freshDemonet,
}

/** Input: `image` [batch, 3, 112, 112] in -1..1. Output: `feature` [batch, size], not normalised. */
function buildDemonet(g: GraphBuilder, weights: Weights, epsilon: number): number {
  const layers = new Layers(g, weights, epsilon)
  const image = g.floatInput('image', ['batch', 3, 112, 112])
  const [width, pixels] = weights.shapeOf('trunk.stem.convolution.weight', 4)
  const blocks = g.node('SpaceToDepth', [image], { blocksize: BLOCK })
  let from = width
  let x = layers.relu(
    layers.convNorm(blocks, 'trunk.stem.convolution', 'trunk.stem.norm', { from: pixels, to: width }),
  )
  for (let stage = 0; stage < 3; stage++) {
    const key = `trunk.stages.${stage}`
    for (let i = 0; i < weights.count(key); i++) {
      const to = weights.shapeOf(`${key}.${i}.first.weight`, 4)[0]
      x = residual(layers, x, `${key}.${i}`, from, to, stage > 0 && i === 0 ? 2 : 1)
      from = to
    }
  }
  const pooled = weights.has('head.weights') ? weigh(layers, x, from) : keep(layers, x, from)
  const size = weights.shapeOf('head.project.weight', 2)[0]
  const projected = layers.linear(pooled.rows, 'head.project', pooled.width, size)
  g.output('feature', layers.plainBatchNorm(projected, 'head.norm', size), ['batch', size])
  return size
}

/** Two convolutions beside a shortcut, which averages before it projects where the stride is 2. */
function residual(layers: Layers, x: Value, key: string, from: number, to: number, stride: number): Value {
  const { g, weights } = layers
  const first = layers.relu(layers.convNorm(x, `${key}.first`, `${key}.first_norm`, { from, to, stride }))
  const second = layers.convNorm(first, `${key}.second`, `${key}.second_norm`, { from: to, to })
  const halved = stride === 2
  const mean = halved ? g.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] }) : x
  const shortcut = `${key}.shortcut.${halved ? 1 : 0}`
  const projected = weights.has(`${shortcut}.weight`)
    ? layers.conv(mean, shortcut, { from, to, kernel: 1 })
    : mean
  return layers.relu(g.add(second, projected))
}

/** A 1x1 convolution to few channels, of which each place counts. */
function keep(layers: Layers, x: Value, from: number): { rows: Value; width: number } {
  const kept = layers.weights.shapeOf('head.reduce.weight', 4)[0]
  const reduced = layers.convNorm(x, 'head.reduce', 'head.reduce_norm', { from, to: kept, kernel: 1 })
  return { rows: layers.g.node('Flatten', [layers.relu(reduced)]), width: kept * LAST_MAP ** 2 }
}

/** A learned weighted mean over the places, for each channel. */
function weigh(layers: Layers, x: Value, width: number): { rows: Value; width: number } {
  const { g } = layers
  const weighted = g.mul(x, layers.weight('head.weights', [1, width, LAST_MAP, LAST_MAP]))
  const summed = g.node('ReduceSum', [weighted, g.ints([2, 3])], { keepdims: 0 })
  return { rows: layers.batchNorm(summed, 'head.pool_norm', width), width }
}

function freshDemonet(seed: number, { depth, featureSize }: FreshSize): WeightTensors {
  if (!Object.hasOwn(SIZES, depth)) {
    throw new InputError(`no demonet ${depth}`, 'depth', `the depths are ${Object.keys(SIZES).join(', ')}`)
  }
  const { widths, blocks, kept } = SIZES[depth]
  const fresh = new FreshWeights(seed)
  let from = widths[0]
  fresh.convolution('trunk.stem.convolution', { from: 3 * BLOCK ** 2, to: from })
  fresh.batchNorm('trunk.stem.norm', from)
  for (const [stage, to] of widths.entries()) {
    for (let i = 0; i < blocks[stage]; i++) {
      const key = `trunk.stages.${stage}.${i}`
      fresh.convolution(`${key}.first`, { from, to })
      fresh.batchNorm(`${key}.first_norm`, to)
      fresh.convolution(`${key}.second`, { from: to, to })
      // A block begins as its shortcut alone.
      fresh.batchNorm(`${key}.second_norm`, to, 0)
      const halved = stage > 0 && i === 0
      if (from !== to) fresh.convolution(`${key}.shortcut.${halved ? 1 : 0}`, { from, to, kernel: 1 })
      from = to
    }
  }
  if (kept === undefined) {
    fresh.constant('head.weights', [1, from, LAST_MAP, LAST_MAP], 1 / LAST_MAP ** 2)
    fresh.batchNorm('head.pool_norm', from)
    fresh.linear('head.project', from, featureSize)
  } else {
    fresh.convolution('head.reduce', { from, to: kept, kernel: 1 })
    fresh.batchNorm('head.reduce_norm', kept)
    fresh.linear('head.project', kept * LAST_MAP ** 2, featureSize)
  }
  fresh.constant('head.norm.running_mean', [featureSize], 0)
  fresh.constant('head.norm.running_var', [featureSize], 1)
  return fresh.tensors
}
