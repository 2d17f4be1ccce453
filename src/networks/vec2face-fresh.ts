import { InputError } from '../errors.js'
import type { Heads } from './architecture.js'
import { FreshWeights } from './fresh-weights.js'
import { GROUPS } from './image-decoder.js'
import type { WeightTensors } from './weights.js'

/** The feature token and the 7x7 places of the map that the image is drawn from. */
const TOKENS = 50
/** Of learned positions, in the authors' code. */
const DEVIATION = 0.02

/** How large a fresh generator is. */
export interface Vec2FaceSize {
  /** numbers of a vector: of the recogniser's features */
  readonly vectorSize: number
  /** numbers of a token */
  readonly width: number
  readonly heads: Heads
  /** transformer blocks of the encoder and of the decoder */
  readonly blocks: { readonly encoder: number; readonly decoder: number }
  /** what the transformers' perceptrons widen by */
  readonly expansion: number
  /** channels of the 7x7 map that the image is drawn from */
  readonly channels: number
  /** channels of the image decoder's levels, 112x112 first, 7x7 last; multiples of 32 */
  readonly levels: readonly number[]
  /** residual blocks of each level */
  readonly residual: number
}

/** The base model of the paper. */
export const VEC2FACE_BASE: Vec2FaceSize = {
  vectorSize: 512,
  width: 768,
  heads: { encoder: 12, decoder: 16 },
  blocks: { encoder: 12, decoder: 8 },
  expansion: 4,
  channels: 256,
  levels: [128, 128, 256, 256, 512],
  residual: 2,
}

/** The models of the authors' code by their names. A checkpoint doesn't say its heads: they are told by the width. */
export const VEC2FACE_SIZES: Readonly<Record<string, Vec2FaceSize>> = {
  base: VEC2FACE_BASE,
  large: {
    ...VEC2FACE_BASE,
    width: 1024,
    heads: { encoder: 16, decoder: 16 },
    blocks: { encoder: 24, decoder: 8 },
  },
  huge: {
    ...VEC2FACE_BASE,
    width: 1280,
    heads: { encoder: 16, decoder: 16 },
    blocks: { encoder: 32, decoder: 8 },
  },
}

/**
 * Fresh weights of the network that {@link buildVec2Face} builds, drawn as the authors' code draws them: linear layers of the
 * transformers after Glorot, convolutions as PyTorch does.
 * @throws InputError for a size that the network can't have
 */
export function freshVec2Face(seed: number, size: Vec2FaceSize): WeightTensors {
  requireSize(size)
  const { vectorSize, width, blocks, expansion, channels } = size
  const fresh = new FreshWeights(seed)
  fresh.glorot('latent_prior_proj_f', vectorSize, width)
  fresh.glorot('feature_token', 1, TOKENS - 1)
  fresh.normal('token_emb.position_embeddings.weight', [TOKENS, width], DEVIATION)
  fresh.affine('token_emb.LayerNorm', width)
  const transformer = (key: string, count: number) => {
    for (let i = 0; i < count; i++) {
      fresh.affine(`${key}.${i}.norm1`, width)
      fresh.glorot(`${key}.${i}.attn.qkv`, width, 3 * width)
      fresh.glorot(`${key}.${i}.attn.proj`, width, width)
      fresh.affine(`${key}.${i}.norm2`, width)
      fresh.glorot(`${key}.${i}.mlp.fc1`, width, expansion * width)
      fresh.glorot(`${key}.${i}.mlp.fc2`, expansion * width, width)
    }
  }
  transformer('blocks', blocks.encoder)
  fresh.affine('norm', width)
  fresh.glorot('decoder_embed', width, width)
  fresh.normal('decoder_pos_embed_learned', [1, TOKENS, width], DEVIATION)
  transformer('decoder_blocks', blocks.decoder)
  fresh.affine('decoder_norm', width)
  fresh.glorot('im_decoder_proj', width, channels)
  freshImageDecoder(fresh, 'im_decoder', size)
  return fresh.tensors
}

function freshImageDecoder(
  fresh: FreshWeights,
  key: string,
  { channels, levels, residual }: Pick<Vec2FaceSize, 'channels' | 'levels' | 'residual'>,
): void {
  const block = (name: string, from: number, to: number) => {
    fresh.affine(`${name}.norm1`, from)
    fresh.convolution(`${name}.conv1`, { from, to })
    fresh.affine(`${name}.norm2`, to)
    fresh.convolution(`${name}.conv2`, { from: to, to })
    if (from !== to) fresh.convolution(`${name}.nin_shortcut`, { from: to, to, kernel: 1 })
  }
  let width = levels[levels.length - 1]
  fresh.convolution(`${key}.conv_in`, { from: channels, to: width }, true)
  block(`${key}.mid.block_1`, width, width)
  block(`${key}.mid.block_2`, width, width)
  for (let level = levels.length - 1; level >= 0; level--) {
    for (let i = 0; i < residual; i++) {
      block(`${key}.up.${level}.block.${i}`, width, levels[level])
      width = levels[level]
    }
    if (level > 0) fresh.convolution(`${key}.up.${level}.upsample.conv`, { from: width, to: width }, true)
  }
  fresh.affine(`${key}.norm_out`, width)
  fresh.convolution(`${key}.conv_out`, { from: width, to: 3 }, true)
}

function requireSize({ width, heads, levels }: Vec2FaceSize): void {
  const refuse = (what: string, remedy: string) => new InputError(what, 'the size of the generator', remedy)
  const head = [heads.encoder, heads.decoder].find((count) => width % count !== 0)
  if (head !== undefined)
    throw refuse(`${head} heads don't share a width of ${width}`, 'give a number of heads that divides it')
  const narrow = levels.find((channels) => channels % GROUPS !== 0)
  if (narrow !== undefined)
    throw refuse(
      `a level of the image decoder can't have ${narrow} channels`,
      `give multiples of ${GROUPS}: it is normalised in so many groups`,
    )
}
