import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import { type Architecture, IMAGENET } from './architecture.js'
import { Layers, scaleRows } from './layers.js'
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
      input: { name: 'image', size: [224, 224], resize: 'bilinear', ...IMAGENET },
      output: { name: 'pose', size: 3 },
    }
  },
}

/**
 * 6DRepNet: RepVGG (B1g2 in the official release) as one 3x3 convolution a block, six numbers, a rotation matrix, Euler
 * angles. Weights in training form (three branches a block) are folded.
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

/** A 3x3 convolution + a 1x1 convolution + x, each normalised, as one 3x3 convolution. */
function threeBranches(
  layers: Layers,
  x: Value,
  key: string,
  shape: { from: number; to: number; stride: number; groups: number },
): Value {
  const { weights } = layers
  const { from, to, groups } = shape
  const groupWidth = from / groups
  const dense = weights.take(`${key}.rbr_dense.conv.weight`, [to, groupWidth, 3, 3])
  const point = weights.take(`${key}.rbr_1x1.conv.weight`, [to, groupWidth, 1, 1])
  const denseNorm = layers.batchNormScaling(`${key}.rbr_dense.bn`, to)
  const pointNorm = layers.batchNormScaling(`${key}.rbr_1x1.bn`, to)
  const identityNorm = weights.has(`${key}.rbr_identity.weight`)
    ? layers.batchNormScaling(`${key}.rbr_identity`, to)
    : undefined
  const kernel = () => {
    const folded = scaleRows(dense.readFloat32(), denseNorm().factor)
    const centres = scaleRows(point.readFloat32(), pointNorm().factor)
    for (let i = 0; i < centres.length; i++) folded[i * 9 + 4] += centres[i]
    identityNorm?.().factor.forEach((factor, channel) => {
      folded[(channel * groupWidth + (channel % groupWidth)) * 9 + 4] += factor
    })
    return folded
  }
  const bias = () => {
    const [a, b, c] = [denseNorm().summand, pointNorm().summand, identityNorm?.().summand]
    return a.map((value, i) => value + b[i] + (c?.[i] ?? 0))
  }
  return layers.convComputed(x, `${key}.rbr_reparam`, shape, kernel, bias)
}
