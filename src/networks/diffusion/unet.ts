import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { tensorOf } from '../../onnx/tensor.js'
import { Layers } from '../layers.js'
import type { Weights } from '../weights.js'
import { doubled, residualBlock } from './residual-block.js'
import { type Condition, spatialTransformer } from './spatial-transformer.js'
import type { UnetConfig } from './unet-config.js'

const LONGEST_PERIOD = 10_000

/** The blocks of one UNet: what they share, and how a level's are put together. */
class UnetBlocks {
  readonly layers: Layers
  readonly #heads: readonly number[]

  constructor(
    readonly g: GraphBuilder,
    weights: Weights,
    readonly config: UnetConfig,
    private readonly condition: Condition,
    private readonly time: Value,
  ) {
    // There is no batch normalisation in it.
    this.layers = new Layers(g, weights, 0)
    const { attention_head_dim: heads, block_out_channels: widths } = config
    this.#heads = typeof heads === 'number' ? widths.map(() => heads) : heads
  }

  residual(x: Value, key: string, from: number, to: number): Value {
    const { norm_num_groups: groups, norm_eps: epsilon, block_out_channels } = this.config
    const time = { rows: this.time, width: 4 * block_out_channels[0] }
    return residualBlock(this.layers, x, key, { from, to, groups, epsilon, time })
  }

  attention(x: Value, key: string, level: number): Value {
    const { norm_num_groups: groups, block_out_channels, sample_size } = this.config
    return spatialTransformer(this.layers, x, key, {
      channels: block_out_channels[level],
      size: sample_size / 2 ** level,
      heads: this.#heads[level],
      groups,
      condition: this.condition,
    })
  }
}

/**
 * The denoiser of a latent diffusion model, diffusers' UNet2DConditionModel (Stable Diffusion 1's).
 *
 * Inputs: `sample` [batch, 4, size, size], `timestep` [batch], `condition` [batch, tokens, width].
 * Output: `prediction`, as large as the sample: its noise, or what the scheduler's configuration says.
 */
export function buildUnet(g: GraphBuilder, weights: Weights, config: UnetConfig, tokens: number): void {
  const { sample_size: size, in_channels, out_channels, block_out_channels: widths } = config
  const { cross_attention_dim: width, norm_num_groups: groups, norm_eps: epsilon } = config
  const sample = g.floatInput('sample', ['batch', in_channels, size, size])
  const timestep = g.input('timestep', 'float32', ['batch'])
  const condition = g.floatInput('condition', ['batch', tokens, width])
  const rows = { rows: g.reshape(condition, [-1, width]), tokens, width }
  const blocks = new UnetBlocks(g, weights, config, rows, embedTime(g, weights, timestep, config))
  const { layers } = blocks

  let x = layers.conv(sample, 'conv_in', { from: in_channels, to: widths[0] })
  const skipped = [{ x, width: widths[0] }]
  let from = widths[0]
  for (const [level, to] of widths.entries()) {
    const key = `down_blocks.${level}`
    const attends = config.down_block_types[level] === 'CrossAttnDownBlock2D'
    for (let i = 0; i < config.layers_per_block; i++) {
      x = blocks.residual(x, `${key}.resnets.${i}`, from, to)
      if (attends) x = blocks.attention(x, `${key}.attentions.${i}`, level)
      skipped.push({ x, width: to })
      from = to
    }
    if (level === widths.length - 1) break
    x = layers.conv(x, `${key}.downsamplers.0.conv`, { from: to, to, stride: 2, padding: 1 })
    skipped.push({ x, width: to })
  }

  x = blocks.residual(x, 'mid_block.resnets.0', from, from)
  x = blocks.attention(x, 'mid_block.attentions.0', widths.length - 1)
  x = blocks.residual(x, 'mid_block.resnets.1', from, from)

  for (let block = 0; block < widths.length; block++) {
    const level = widths.length - 1 - block
    const key = `up_blocks.${block}`
    const to = widths[level]
    const attends = config.up_block_types[block] === 'CrossAttnUpBlock2D'
    for (let i = 0; i <= config.layers_per_block; i++) {
      const skip = skipped.pop() as { x: Value; width: number }
      const joined = g.node('Concat', [x, skip.x], { axis: 1 })
      x = blocks.residual(joined, `${key}.resnets.${i}`, from + skip.width, to)
      if (attends) x = blocks.attention(x, `${key}.attentions.${i}`, level)
      from = to
    }
    if (level > 0) x = doubled(layers, x, `${key}.upsamplers.0`, to)
  }
  x = layers.silu(layers.groupNorm(x, 'conv_norm_out', from, groups, epsilon))
  const out = layers.conv(x, 'conv_out', { from, to: out_channels })
  g.output('prediction', out, ['batch', out_channels, size, size])
}

/** Sines and cosines of the time, [batch, width of the first level], through two layers; then SiLU, as each block wants it. */
function embedTime(g: GraphBuilder, weights: Weights, timestep: Value, config: UnetConfig): Value {
  const { block_out_channels, flip_sin_to_cos, freq_shift } = config
  const [width] = block_out_channels
  const half = width / 2
  const rates = Float32Array.from({ length: half }, (_, i) => LONGEST_PERIOD ** (-i / (half - freq_shift)))
  // In float32 whatever the network computes in: 999 times a rate has no room in half precision.
  const table = g.initialiser('time_rates', tensorOf('float32', [1, half], rates))
  const column = g.node('Unsqueeze', [timestep, g.ints([1])])
  const angles = g.node('Mul', [column, table])
  const waves = [g.node('Sin', [angles]), g.node('Cos', [angles])]
  const embedded = g.node('Concat', flip_sin_to_cos ? waves.reverse() : waves, { axis: 1 })
  const layers = new Layers(g, weights, 0)
  const first = layers.linear(g.toFloat(embedded), 'time_embedding.linear_1', width, 4 * width)
  return layers.silu(layers.linear(layers.silu(first), 'time_embedding.linear_2', 4 * width, 4 * width))
}
