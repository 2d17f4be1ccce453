import { z } from 'zod'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { Layers } from '../layers.js'
import type { Weights } from '../weights.js'
import { attend } from './attention.js'
import { doubled, residualBlock } from './residual-block.js'

const count = z.int().positive()
const EPSILON = 1e-6

/** What is read of `config.json` beside the weights of diffusers' AutoencoderKL, with diffusers' defaults. */
export const vaeConfigSchema = z.object({
  _class_name: z.literal('AutoencoderKL').optional(),
  out_channels: z.literal(3).default(3),
  latent_channels: count.default(4),
  block_out_channels: z.array(count).min(1).default([64]),
  layers_per_block: count.default(1),
  norm_num_groups: count.default(32),
  act_fn: z.enum(['silu', 'swish']).default('silu'),
  scaling_factor: z.number().positive().default(0.18215),
  shift_factor: z.null().default(null),
  mid_block_add_attention: z.literal(true).default(true),
  use_post_quant_conv: z.literal(true).default(true),
})
export type VaeConfig = z.infer<typeof vaeConfigSchema>

/** diffusers named the attention's layers anew; Stable Diffusion 1.5's file has the names of before. */
const NEW_KEYS = { query: 'to_q', key: 'to_k', value: 'to_v', out: 'to_out.0' }
const OLD_KEYS = { query: 'query', key: 'key', value: 'value', out: 'proj_attn' }

/**
 * The decoder of a latent diffusion model, diffusers' AutoencoderKL. The latent's factor is part of it.
 *
 * Input: `latent` [batch, 4, size, size] as the denoiser leaves it. Output: `image` [batch, 3, height, width], about -1..1.
 */
export function buildVaeDecoder(g: GraphBuilder, weights: Weights, config: VaeConfig, size: number): void {
  const { latent_channels: channels, norm_num_groups: groups, scaling_factor } = config
  const widths = config.block_out_channels.toReversed()
  const layers = new Layers(g, weights, 0)
  const block = (x: Value, key: string, from: number, to: number) =>
    residualBlock(layers, x, `decoder.${key}`, { from, to, groups, epsilon: EPSILON })

  const latent = g.floatInput('latent', ['batch', channels, size, size])
  let x = g.node('Div', [latent, g.floats(scaling_factor)])
  x = layers.conv(x, 'post_quant_conv', { from: channels, to: channels, kernel: 1 })
  x = layers.conv(x, 'decoder.conv_in', { from: channels, to: widths[0] })
  x = block(x, 'mid_block.resnets.0', widths[0], widths[0])
  x = selfAttention(layers, x, 'decoder.mid_block.attentions.0', widths[0], groups, size)
  x = block(x, 'mid_block.resnets.1', widths[0], widths[0])
  let from = widths[0]
  for (const [level, to] of widths.entries()) {
    for (let i = 0; i <= config.layers_per_block; i++) {
      x = block(x, `up_blocks.${level}.resnets.${i}`, from, to)
      from = to
    }
    if (level < widths.length - 1) x = doubled(layers, x, `decoder.up_blocks.${level}.upsamplers.0`, to)
  }
  x = layers.silu(layers.groupNorm(x, 'decoder.conv_norm_out', from, groups, EPSILON))
  const image = layers.conv(x, 'decoder.conv_out', { from, to: config.out_channels })
  const side = size * 2 ** (widths.length - 1)
  g.output('image', image, ['batch', config.out_channels, side, side])
  weights.setAside('encoder.', 'quant_conv.')
}

function selfAttention(
  layers: Layers,
  x: Value,
  key: string,
  channels: number,
  groups: number,
  size: number,
): Value {
  const { g, weights } = layers
  const normed = layers.groupNorm(x, `${key}.group_norm`, channels, groups, EPSILON)
  const rows = g.reshape(g.transpose(normed, [0, 2, 3, 1]), [-1, channels])
  const keys = weights.has(`${key}.query.weight`) ? OLD_KEYS : NEW_KEYS
  const attended = attend(layers, rows, key, { keys, heads: 1, tokens: size * size, width: channels })
  return g.add(x, g.transpose(g.reshape(attended, [-1, size, size, channels]), [0, 3, 1, 2]))
}
