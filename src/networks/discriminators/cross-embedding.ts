import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { FreshWeights } from '../fresh-weights.js'
import { type Convolution, Layers } from '../layers.js'
import { DISCRIMINATOR_PORTS, type Discriminator } from './discriminator.js'

const GROUPS = 8
const EPSILON = 1e-5
/** Channels of the first map. */
const WIDTH = 64
const SLOPE = 0.1
/** The first layer looks at each place through windows of these sizes, with this share of the width each. */
const WINDOWS = [
  { kernel: 3, share: 2 },
  { kernel: 7, share: 4 },
  { kernel: 15, share: 4 },
] as const

/**
 * The discriminator of the authors' code (after ViT-VQGAN's): windows of three sizes at full size, then levels of half the size
 * and twice the width, each with a residual block, then a score for every 4x4 places: 11x11 scores of an image of 112x112.
 */
export const crossEmbedding: Discriminator = {
  title: "the authors' discriminator",
  width: WIDTH,
  build(g, weights) {
    const layers = new Layers(g, weights, EPSILON)
    const leaky = (x: Value) => g.node('LeakyRelu', [x], { alpha: { float: SLOPE } })
    const image = g.floatInput(DISCRIMINATOR_PORTS.image, ['batch', 3, 'height', 'width'])
    const windows = WINDOWS.map(({ kernel }, i) => {
      const to = weights.shapeOf(`layers.0.0.convs.${i}.weight`, 4)[0]
      return layers.conv(image, `layers.0.0.convs.${i}`, { from: 3, to, kernel })
    })
    let x = leaky(g.node('Concat', windows, { axis: 1 }))
    for (let level = 1; level < weights.count('layers'); level++) {
      const key = `layers.${level}`
      const [to, from] = weights.shapeOf(`${key}.0.weight`, 4)
      const halved = leaky(layers.conv(x, `${key}.0`, halving(from, to)))
      x = layers.groupNorm(halved, `${key}.2`, to, GROUPS, EPSILON)
      const normed = leaky(layers.groupNorm(x, `${key}.3.block.groupnorm`, to, GROUPS, EPSILON))
      x = g.add(x, layers.conv(normed, `${key}.3.block.project`, { from: to, to }))
    }
    const width = weights.shapeOf('to_logits.0.weight', 4)[0]
    x = leaky(layers.conv(x, 'to_logits.0', { from: width, to: width, kernel: 1 }))
    const scores = layers.conv(x, 'to_logits.2', scoring(width))
    g.output(DISCRIMINATOR_PORTS.scores, scores, ['batch', 1, 'rows', 'columns'])
    return { next: {}, constant: [] }
  },
  fresh(seed, width = WIDTH) {
    if (width % (2 * GROUPS) !== 0)
      throw new InputError(
        `the discriminator can't be ${width} wide`,
        'discriminator',
        `give a multiple of ${2 * GROUPS}`,
      )
    const fresh = new FreshWeights(seed)
    for (const [i, { kernel, share }] of WINDOWS.entries())
      fresh.convolution(`layers.0.0.convs.${i}`, { from: 3, to: width / share, kernel }, true)
    let from: number = width
    for (let level = 1; level <= 3; level++) {
      const [key, to] = [`layers.${level}`, 2 * from]
      fresh.convolution(`${key}.0`, halving(from, to), true)
      fresh.affine(`${key}.2`, to)
      fresh.affine(`${key}.3.block.groupnorm`, to)
      fresh.convolution(`${key}.3.block.project`, { from: to, to }, true)
      from = to
    }
    fresh.convolution('to_logits.0', { from, to: from, kernel: 1 }, true)
    fresh.convolution('to_logits.2', scoring(from), true)
    return fresh.tensors
  },
}

const halving = (from: number, to: number): Convolution => ({ from, to, kernel: 4, stride: 2, padding: 1 })
const scoring = (from: number): Convolution => ({ from, to: 1, kernel: 4, padding: 0 })
