import type { Value } from '../../onnx/graph-builder.js'
import { tensorOf } from '../../onnx/tensor.js'
import type { Layers } from '../layers.js'

export interface ResidualBlock {
  readonly from: number
  readonly to: number
  readonly groups: number
  readonly epsilon: number
  /** the time's embedding [batch, width] after its activation, which each channel's summand is computed from */
  readonly time?: { readonly rows: Value; readonly width: number }
}

/** diffusers' ResnetBlock2D: norm, SiLU, convolution, twice, with the time's summand between, added to x. */
export function residualBlock(layers: Layers, x: Value, key: string, block: ResidualBlock): Value {
  const { g, weights } = layers
  const { from, to, groups, epsilon, time } = block
  let h = layers.silu(layers.groupNorm(x, `${key}.norm1`, from, groups, epsilon))
  h = layers.conv(h, `${key}.conv1`, { from, to })
  if (time !== undefined) {
    const summand = layers.linear(time.rows, `${key}.time_emb_proj`, time.width, to)
    h = g.add(h, g.reshape(summand, [-1, to, 1, 1]))
  }
  h = layers.silu(layers.groupNorm(h, `${key}.norm2`, to, groups, epsilon))
  h = layers.conv(h, `${key}.conv2`, { from: to, to })
  const shortcut = weights.has(`${key}.conv_shortcut.weight`)
    ? layers.conv(x, `${key}.conv_shortcut`, { from, to, kernel: 1 })
    : x
  return g.add(shortcut, h)
}

/** A map of twice the size, each pixel repeated, then a 3x3 convolution. */
export function doubled(layers: Layers, x: Value, key: string, channels: number): Value {
  const { g } = layers
  // Scales are float32 whatever the network computes in.
  const scales = tensorOf('float32', [4], Float32Array.of(1, 1, 2, 2))
  const large = g.node('Resize', [x, '', g.initialiser(g.freeName('scales'), scales)], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  })
  return layers.conv(large, `${key}.conv`, { from: channels, to: channels })
}
