import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import { type Architecture, IMAGENET } from './architecture.js'
import { type Convolution, Layers } from './layers.js'
import { eulerAngles } from './rotation.js'
import type { Weights } from './weights.js'

const LAYERS = ['layer0', 'layer1', 'layer2', 'layer3', 'layer4']
const EPSILON = 1e-5

export const sixdrepnet: Architecture = {
  title: '6DRepNet (head pose)',
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
