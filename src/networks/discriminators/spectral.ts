import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { RandomStream } from '../../random/philox.js'
import { FreshWeights } from '../fresh-weights.js'
import { type Convolution, kernelShape, Layers } from '../layers.js'
import type { WeightTensor } from '../weights.js'
import { DISCRIMINATOR_PORTS, type Discriminator } from './discriminator.js'

const BLOCK = 4
/** Channels of the first map. */
const WIDTH = 48
const SLOPE = 0.2
/** PyTorch's `spectral_norm` bounds lengths by this from below. */
const SHORTEST = 1e-12

/** Its layers by their names: widths in terms of the first. */
const layersOf = (width: number): readonly (readonly [string, Convolution])[] => [
  ['enter', { from: 3 * BLOCK * BLOCK, to: width }],
  ['halve', { from: width, to: 2 * width, stride: 2 }],
  ['look', { from: 2 * width, to: 2 * width }],
  ['score', { from: 2 * width, to: 1, kernel: 1 }],
]

/**
 * A small discriminator for processors: 4x4 pixels become channels at once, then three convolutions and a score a place: 14x14
 * scores of an image of 112x112, each of about a quarter of the face. Kernels are divided by their spectral norm
 * (arXiv 1802.05957), estimated as PyTorch's `spectral_norm` does: one step of the power iteration a training step, of
 * which `weight_u` remembers where it is.
 */
export const spectral: Discriminator = {
  title: 'a small discriminator with spectral normalisation',
  width: WIDTH,
  build(g, weights) {
    const layers = new Layers(g, weights, 0)
    const width = weights.shapeOf('enter.weight_orig', 4)[0]
    const image = g.floatInput(DISCRIMINATOR_PORTS.image, ['batch', 3, 'height', 'width'])
    let x: Value = g.node('SpaceToDepth', [image], { blocksize: BLOCK })
    const next: Record<string, string> = {}
    const constant: string[] = []
    for (const [key, shape] of layersOf(width)) {
      const { kernel, u, v } = normalisedKernel(layers, key, shape)
      next[`${key}.weight_u`] = u
      constant.push(u, v)
      x = convolution(g, x, kernel, layers.weight(`${key}.bias`, [shape.to]), shape)
      if (key !== 'score') x = g.node('LeakyRelu', [x], { alpha: { float: SLOPE } })
      weights.setAside(`${key}.weight_v`)
    }
    g.output(DISCRIMINATOR_PORTS.scores, x, ['batch', 1, 'rows', 'columns'])
    return { next, constant }
  },
  fresh(seed, width = WIDTH) {
    const drawn = new FreshWeights(seed)
    for (const [key, shape] of layersOf(width)) drawn.convolution(key, shape, true)
    const tensors = new Map<string, WeightTensor>()
    for (const [name, tensor] of drawn.tensors) tensors.set(name.replace(/\.weight$/, '.weight_orig'), tensor)
    for (const [key, { to }] of layersOf(width)) tensors.set(`${key}.weight_u`, direction(seed, key, to))
    return tensors
  },
}

/** A kernel over its spectral norm, with both singular vectors as outputs: no gradient goes through those. */
function normalisedKernel(
  layers: Layers,
  key: string,
  shape: Convolution,
): { kernel: Value; u: string; v: string } {
  const { g } = layers
  const stored = layers.weight(`${key}.weight_orig`, kernelShape(shape))
  const before = g.reshape(layers.weight(`${key}.weight_u`, [shape.to]), [1, -1])
  const matrix = g.reshape(stored, [shape.to, -1])
  const output = (name: string, value: Value, size: number) => {
    g.graph.outputs.push({ name, type: 'float32', shape: [size] })
    g.graph.add('Reshape', [value, g.ints([-1])], [name])
    g.take(name)
    return name
  }
  const columns = kernelShape(shape)
    .slice(1)
    .reduce((product, n) => product * n, 1)
  const v = output(`${key}.v`, unit(g, g.node('MatMul', [before, matrix])), columns)
  const column = g.reshape(v, [-1, 1])
  const u = output(`${key}.u`, unit(g, g.reshape(g.node('MatMul', [matrix, column]), [1, -1])), shape.to)
  const norm = g.node('MatMul', [g.reshape(u, [1, -1]), g.node('MatMul', [matrix, column])])
  return { kernel: g.node('Div', [stored, g.reshape(norm, [1, 1, 1, 1])]), u, v }
}

function convolution(g: GraphBuilder, x: Value, kernel: Value, bias: Value, shape: Convolution): Value {
  const [, , size] = kernelShape(shape)
  const { stride = 1 } = shape
  return g.node('Conv', [x, kernel, bias], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    pads: new Array<number>(4).fill((size - 1) / 2),
  })
}

/** A row of length 1. */
function unit(g: GraphBuilder, row: Value): Value {
  const length = g.node('Sqrt', [g.node('ReduceSum', [g.mul(row, row), g.ints([1])], { keepdims: 1 })])
  return g.node('Div', [row, g.node('Max', [length, g.floats(SHORTEST)])])
}

/** A random direction to begin the power iteration at. */
function direction(seed: number, key: string, size: number): WeightTensor {
  return {
    shape: [size],
    size,
    readFloat32() {
      const values = new Float32Array(size)
      new RandomStream(seed, `weight ${key}.weight_u`).fillNormal(values)
      const length = Math.hypot(...values)
      return values.map((value) => value / length)
    },
  }
}
