import type { Value } from '../onnx/graph-builder.js'
import type { Layers } from './layers.js'

/** Groups that its maps are normalised in. */
export const GROUPS = 32

/**
 * The image decoder of Vec2Face (the decoder of VQGAN without attention): two residual blocks, then levels of residual
 * blocks from the coarsest to the finest, each doubling the size but the last, and a convolution to RGB.
 *
 * @param x [batch, channels, 7, 7]
 * @returns [batch, 3, 112, 112] for the official five levels
 */
export function drawImage(layers: Layers, x: Value, key: string, channels: number, epsilon: number): Value {
  const { weights } = layers
  const levels = weights.count(`${key}.up`)
  let width = weights.shapeOf(`${key}.conv_in.weight`, 4)[0]
  let h = layers.conv(x, `${key}.conv_in`, { from: channels, to: width })
  const residual = (name: string, to: number) => {
    h = residualBlock(layers, h, name, width, to, epsilon)
    width = to
  }
  residual(`${key}.mid.block_1`, width)
  residual(`${key}.mid.block_2`, width)
  for (let level = levels - 1; level >= 0; level--) {
    for (let i = 0; i < weights.count(`${key}.up.${level}.block`); i++) {
      const name = `${key}.up.${level}.block.${i}`
      residual(name, weights.shapeOf(`${name}.conv2.weight`, 4)[0])
    }
    if (level > 0)
      h = layers.conv(layers.doubled(h), `${key}.up.${level}.upsample.conv`, { from: width, to: width })
  }
  h = layers.silu(layers.groupNorm(h, `${key}.norm_out`, width, GROUPS, epsilon))
  return layers.conv(h, `${key}.conv_out`, { from: width, to: 3 })
}

/**
 * Two convolutions, each of the normalised map, added to x; where the width changes, the official code adds a 1x1 convolution
 * of the result, not of x.
 */
function residualBlock(
  layers: Layers,
  x: Value,
  key: string,
  from: number,
  to: number,
  epsilon: number,
): Value {
  const first = layers.silu(layers.groupNorm(x, `${key}.norm1`, from, GROUPS, epsilon))
  const middle = layers.conv(first, `${key}.conv1`, { from, to })
  const second = layers.silu(layers.groupNorm(middle, `${key}.norm2`, to, GROUPS, epsilon))
  const result = layers.conv(second, `${key}.conv2`, { from: to, to })
  const shortcut = () => layers.conv(result, `${key}.nin_shortcut`, { from: to, to, kernel: 1 })
  return layers.g.add(from === to ? x : shortcut(), result)
}
