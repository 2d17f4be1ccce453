import type { Architecture, FreshSize } from '../../src/networks/architecture.js'
import { FreshWeights } from '../../src/networks/fresh-weights.js'
import { Layers } from '../../src/networks/layers.js'
import type { Weights, WeightTensors } from '../../src/networks/weights.js'
import type { GraphBuilder } from '../../src/onnx/graph-builder.js'

const WIDTH = 8
const EPSILON = 1e-5

/** A recogniser of one convolution: the smallest that shows every part of an architecture. */
export const onelayer: Architecture = {
  title: 'a recogniser of one convolution',
  roles: ['recogniser'],
  signs: ['stem.norm.running_mean'],
  build(g: GraphBuilder, weights: Weights, { epsilon = EPSILON }) {
    const layers = new Layers(g, weights, epsilon)
    const featureSize = weights.shapeOf('head.weight', 2)[0]
    const image = g.floatInput('image', ['batch', 3, 112, 112])
    const stem = layers.convNorm(image, 'stem.conv', 'stem.norm', { from: 3, to: WIDTH, stride: 2 })
    const means = g.node('Flatten', [g.node('GlobalAveragePool', [layers.relu(stem)])])
    g.output('feature', layers.linear(means, 'head', WIDTH, featureSize), ['batch', featureSize])
    return {
      role: 'recogniser',
      description: 'one convolution',
      input: { name: 'image' },
      output: { name: 'feature', size: featureSize },
      assumed: [`batch-norm epsilon ${epsilon.toExponential()}, which a checkpoint doesn't say`],
    }
  },
  fresh(seed: number, { featureSize }: FreshSize): WeightTensors {
    const fresh = new FreshWeights(seed)
    fresh.convolution('stem.conv', { from: 3, to: WIDTH })
    fresh.batchNorm('stem.norm', WIDTH)
    fresh.linear('head', WIDTH, featureSize)
    return fresh.tensors
  },
}
