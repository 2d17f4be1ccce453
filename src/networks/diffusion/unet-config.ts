import { z } from 'zod'

const count = z.int().positive()
const size = z.union([
  count,
  z
    .tuple([count, count])
    .refine(([a, b]) => a === b)
    .transform(([a]) => a),
])

/**
 * What is read of `config.json` beside the weights of diffusers' UNet2DConditionModel, with diffusers' defaults. Keys that
 * change the network and that this builder doesn't follow must have the value that leaves them out.
 */
export const unetConfigSchema = z.object({
  _class_name: z.literal('UNet2DConditionModel').optional(),
  sample_size: size.default(64),
  in_channels: count.default(4),
  out_channels: count.default(4),
  block_out_channels: z.array(count).min(1).default([320, 640, 1280, 1280]),
  down_block_types: z
    .array(z.enum(['CrossAttnDownBlock2D', 'DownBlock2D']))
    .default(['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D']),
  up_block_types: z
    .array(z.enum(['CrossAttnUpBlock2D', 'UpBlock2D']))
    .default(['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D']),
  mid_block_type: z.literal('UNetMidBlock2DCrossAttn').default('UNetMidBlock2DCrossAttn'),
  layers_per_block: count.default(2),
  downsample_padding: z.literal(1).default(1),
  norm_num_groups: count.default(32),
  norm_eps: z.number().positive().default(1e-5),
  act_fn: z.enum(['silu', 'swish']).default('silu'),
  cross_attention_dim: count.default(1280),
  // diffusers takes it for the number of heads, whatever its name says.
  attention_head_dim: z.union([count, z.array(count)]).default(8),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
  center_input_sample: z.literal(false).default(false),
  mid_block_scale_factor: z.literal(1).default(1),
  only_cross_attention: z.literal(false).default(false),
  dual_cross_attention: z.literal(false).default(false),
  resnet_time_scale_shift: z.literal('default').default('default'),
  time_embedding_type: z.literal('positional').default('positional'),
  addition_embed_type: z.null().default(null),
  class_embed_type: z.null().default(null),
  encoder_hid_dim: z.null().default(null),
  encoder_hid_dim_type: z.null().default(null),
  num_class_embeds: z.null().default(null),
  time_cond_proj_dim: z.null().default(null),
})
export type UnetConfig = z.infer<typeof unetConfigSchema>

/** What a network of this configuration is known as, where it is one that Arc2Face's can't be. */
export function otherKind(config: unknown): string | undefined {
  const { cross_attention_dim: width, addition_embed_type: added } = Object(config) as Record<string, unknown>
  if (added === 'text_time' || width === 2048) return 'the UNet of Stable Diffusion XL'
  return width === 1024 ? 'the UNet of Stable Diffusion 2' : undefined
}
