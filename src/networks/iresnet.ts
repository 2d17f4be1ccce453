import { InputError } from '../errors.js'
import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import type { Architecture, BuildOptions, FreshSize } from './architecture.js'
import { FreshWeights } from './fresh-weights.js'
import { type Convolution, kernelShape, Layers } from './layers.js'
import type { Weights, WeightTensors } from './weights.js'

const STAGES = 4
/** Channels of the first stage; each further one has twice as many. */
const WIDTH = 64
const LAST_MAP = 7
/** Of fresh kernels, in insightface's code. */
const DEVIATION = 0.1

/** Blocks a stage of the networks that have a name. R200's are those of the reference code, which are R100's. */
const DEPTHS: Readonly<Record<string, string>> = {
  '2,2,2,2': '18',
  '3,4,6,3': '34',
  '3,4,14,3': '50',
  '3,13,30,3': '100',
  '3,8,36,3': '152',
  '6,26,60,6': '200',
}

/** Epsilon of batch normalisation: 1e-5 in the paper's recognisers and insightface's; MagFace's own release has 2e-5. */
export const IRESNET_EPSILON = 1e-5
const MAGFACE_EPSILON = 2e-5

export const iresnet: Architecture = {
  title: 'the iresnet recogniser (ArcFace, MagFace and others)',
  roles: ['recogniser', 'quality'],
  signs: ['layer1.0.prelu.weight'],
  build(g, weights, options) {
    const byMagFace = isMagFace(weights, options)
    const epsilon = options.epsilon ?? (byMagFace ? MAGFACE_EPSILON : IRESNET_EPSILON)
    const { featureSize, depth } = buildIresnet(g, weights, epsilon)
    return {
      role: options.role ?? 'recogniser',
      description: `${byMagFace ? "MagFace's " : ''}iresnet ${depth}`,
      input: byMagFace
        ? { name: 'image', channels: 'BGR', mean: [0, 0, 0], std: [1, 1, 1] }
        : { name: 'image' },
      output: { name: 'feature', size: featureSize },
      assumed: assumptions(byMagFace, options, epsilon),
    }
  },
  fresh: freshIresnet,
  // insightface holds it at 1: a feature's numbers then vary as much as one another.
  fixed: ['features.weight'],
}

/**
 * Whether MagFace's code saved it: its keys begin with 'features.module.', or with 'features.' beside a margin's weight
 * [size, classes], which others write the other way round.
 */
function isMagFace(weights: Weights, { wrapper = '', beside }: BuildOptions): boolean {
  if (/(^|\.)features\.module\.$/.test(wrapper)) return true
  if (!/(^|\.)features\.$/.test(wrapper) || !weights.has('fc.weight')) return false
  const size = weights.shapeOf('fc.weight', 2)[0]
  const margins = [...(beside ?? [])].filter(([key]) => /(^|\.)fc\.weight$/.test(key))
  return margins.some(([, { shape }]) => shape[0] === size && shape[1] > size)
}

function assumptions(byMagFace: boolean, { epsilon, wrapper }: BuildOptions, used: number): string[] {
  const said = `batch-norm epsilon ${used.toExponential()}`
  if (byMagFace) {
    const told = `told by the wrapper '${wrapper}'`
    return [
      epsilon === undefined
        ? `${said}: MagFace's, ${told}`
        : `${said}, as --epsilon says (MagFace's is 2e-5)`,
      `input BGR, x / 255, no mean: MagFace's, ${told}; check it where another code trained the weights`,
    ]
  }
  return [
    epsilon === undefined
      ? `${said}: the paper's and insightface's; a checkpoint doesn't say it (MagFace's is 2e-5: --epsilon 2e-5)`
      : `${said}, as --epsilon says`,
    "input RGB in -1..1: the paper's; a checkpoint doesn't say it, check channels, mean and std in the descriptor",
  ]
}

/**
 * The recogniser of ArcFace, MagFace and the HSFace tables: a ResNet whose blocks begin with batch normalisation, of any
 * depth, without or with squeeze-and-excitation (which the reference code has in the first block of a stage, on the
 * shortcut).
 *
 * Input: `image` [batch, 3, 112, 112] in -1..1. Output: `feature` [batch, size], not normalised.
 */
export function buildIresnet(
  g: GraphBuilder,
  weights: Weights,
  epsilon = IRESNET_EPSILON,
): { featureSize: number; depth: string } {
  const layers = new Layers(g, weights, epsilon)
  const image = g.floatInput('image', ['batch', 3, 112, 112])
  let from = weights.shapeOf('conv1.weight', 4)[0]
  let x = layers.convNorm(image, 'conv1', 'bn1', { from: 3, to: from })
  x = layers.prelu(x, 'prelu', from)
  const counts = Array.from({ length: STAGES }, (_, stage) => {
    const count = weights.count(`layer${stage + 1}`)
    const to = count === 0 ? from : weights.shapeOf(`layer${stage + 1}.0.conv1.weight`, 4)[0]
    for (let i = 0; i < count; i++) {
      x = block(layers, x, `layer${stage + 1}.${i}`, from, to, i === 0 ? 2 : 1)
      from = to
    }
    return count
  })
  const featureSize = weights.shapeOf('fc.weight', 2)[0]
  g.output('feature', embed(layers, x, from, featureSize), ['batch', featureSize])
  return { featureSize, depth: DEPTHS[counts.join()] ?? `of ${counts.join('-')} blocks` }
}

function block(layers: Layers, x: Value, key: string, from: number, to: number, stride: number): Value {
  let out = layers.batchNorm(x, `${key}.bn1`, from)
  out = layers.convNorm(out, `${key}.conv1`, `${key}.bn2`, { from, to })
  out = layers.prelu(out, `${key}.prelu`, to)
  out = layers.convNorm(out, `${key}.conv2`, `${key}.bn3`, { from: to, to, stride })
  let identity = x
  if (stride !== 1 || from !== to) {
    const shortcut = { from, to, kernel: 1, stride }
    identity = layers.convNorm(x, `${key}.downsample.0`, `${key}.downsample.1`, shortcut)
  }
  if (layers.weights.has(`${key}.attn.fc1.weight`)) identity = excite(layers, identity, `${key}.attn`, to)
  return layers.g.add(out, identity)
}

/** Squeeze-and-excitation: each channel times a share that is computed from all channels' means. */
function excite(layers: Layers, x: Value, key: string, channels: number): Value {
  const squeezed = layers.weights.shapeOf(`${key}.fc1.weight`, 4)[0]
  const means = layers.g.node('GlobalAveragePool', [x])
  const inner = layers.relu(layers.conv(means, `${key}.fc1`, { from: channels, to: squeezed, kernel: 1 }))
  const shares = layers.conv(inner, `${key}.fc2`, { from: squeezed, to: channels, kernel: 1 })
  return layers.g.mul(x, layers.g.node('Sigmoid', [shares]))
}

/** Batch normalisation, a linear layer over the whole map, batch normalisation. */
function embed(layers: Layers, x: Value, channels: number, size: number): Value {
  const flat = layers.g.node('Flatten', [layers.batchNorm(x, 'bn2', channels)])
  const embedded = layers.linear(flat, 'fc', channels * LAST_MAP * LAST_MAP, size)
  return layers.batchNorm(embedded, 'features', size)
}

/**
 * Fresh weights of the network that {@link buildIresnet} builds, without squeeze-and-excitation, as insightface's code begins
 * them: kernels normal, the rest as PyTorch does.
 */
function freshIresnet(seed: number, { depth, featureSize, width = WIDTH }: FreshSize): WeightTensors {
  const [named] = Object.entries(DEPTHS).find(([, name]) => name === depth) ?? []
  const blocks = /^[1-9]\d*(,[1-9]\d*){3}$/.test(depth) ? depth : named
  if (blocks === undefined) {
    throw new InputError(
      `no iresnet ${depth}`,
      'depth',
      `the depths are ${Object.values(DEPTHS).join(', ')}, or blocks of each stage: 2,2,2,2`,
    )
  }
  const fresh = new FreshWeights(seed)
  const convolution = (key: string, shape: Convolution) =>
    fresh.normal(`${key}.weight`, kernelShape(shape), DEVIATION)
  convolution('conv1', { from: 3, to: width })
  fresh.batchNorm('bn1', width)
  fresh.prelu('prelu', width)
  let from = width
  for (const [stage, count] of blocks.split(',').map(Number).entries()) {
    const to = width * 2 ** stage
    for (let i = 0; i < count; i++) {
      const key = `layer${stage + 1}.${i}`
      fresh.batchNorm(`${key}.bn1`, from)
      convolution(`${key}.conv1`, { from, to })
      fresh.batchNorm(`${key}.bn2`, to)
      fresh.prelu(`${key}.prelu`, to)
      convolution(`${key}.conv2`, { from: to, to })
      fresh.batchNorm(`${key}.bn3`, to)
      if (i === 0) {
        convolution(`${key}.downsample.0`, { from, to, kernel: 1 })
        fresh.batchNorm(`${key}.downsample.1`, to)
      }
      from = to
    }
  }
  fresh.batchNorm('bn2', from)
  fresh.linear('fc', from * LAST_MAP * LAST_MAP, featureSize)
  fresh.batchNorm('features', featureSize)
  return fresh.tensors
}
