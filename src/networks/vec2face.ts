import { InputError } from '../errors.js'
import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import type { Architecture, Heads } from './architecture.js'
import { drawImage } from './image-decoder.js'
import { Layers } from './layers.js'
import { transformerBlock } from './transformer-block.js'
import { freshVec2Face, VEC2FACE_SIZES } from './vec2face-fresh.js'
import type { Weights } from './weights.js'

const EPSILON = 1e-6
const GRID = 7

export const vec2face: Architecture = {
  title: 'the Vec2Face generator',
  roles: ['generator'],
  signs: ['latent_prior_proj_f.weight'],
  build(g, weights, { heads }) {
    const { vectorSize, tokens } = buildVec2Face(g, weights, heads)
    // The reference code drops a tenth of the tokens but the first, rounded up.
    const droppedCount = Math.ceil((tokens - 1) * 0.1)
    return {
      role: 'generator',
      description: 'Vec2Face generator',
      input: { name: 'vector', size: vectorSize, masks: { tokens, droppedCount } },
      output: { name: 'image', size: [112, 112], channels: 'RGB', range: [-1, 1] },
    }
  },
  fresh(seed, { depth, featureSize }) {
    if (!Object.hasOwn(VEC2FACE_SIZES, depth)) {
      const names = Object.keys(VEC2FACE_SIZES).join(', ')
      throw new InputError(`no Vec2Face ${depth}`, 'depth', `the depths are ${names}`)
    }
    return freshVec2Face(seed, { ...VEC2FACE_SIZES[depth], vectorSize: featureSize })
  },
}

/**
 * The Vec2Face generator (Figure 2 of the paper): a vector becomes one feature token, a learned map expands it to 49
 * more; an encoder sees the tokens that were not dropped, a decoder all of them, with the hidden ones
 * replaced by the encoded feature token; an image decoder draws tokens 1..49 as a 7x7 map.
 *
 * Inputs: `vector` [batch, 512], `dropped` and `masked` [batch, 50] bool (token 0 is never either). Output: `image`
 * [batch, 3, 112, 112], about -1..1, not clipped. Images of a batch may differ in how many tokens are dropped.
 */
export function buildVec2Face(
  g: GraphBuilder,
  weights: Weights,
  heads?: Heads,
): { vectorSize: number; tokens: number } {
  const [width, vectorSize] = weights.shapeOf('latent_prior_proj_f.weight', 2)
  const tokens = weights.shapeOf('decoder_pos_embed_learned', 3)[1]
  const { encoder, decoder } = heads ?? officialHeads(width, weights.where)
  const layers = new Layers(g, weights, EPSILON)
  const vector = g.floatInput('vector', ['batch', vectorSize])
  const dropped = g.boolInput('dropped', ['batch', tokens])
  const masked = g.boolInput('masked', ['batch', tokens])

  const feature = layers.linear(vector, 'latent_prior_proj_f', vectorSize, width)
  const kept = keptTokens(g, dropped)

  const embedded = embedTokens(layers, feature, masked, tokens, width)
  let x = g.reshape(gatherTokens(g, embedded, kept.order), [-1, width])
  for (let i = 0; i < weights.count('blocks'); i++) {
    x = transformerBlock(layers, x, `blocks.${i}`, {
      width,
      heads: encoder,
      epsilon: EPSILON,
      like: kept.order,
      bias: kept.bias,
    })
  }
  x = layers.layerNorm(x, 'norm', width, EPSILON)

  const decoderWidth = weights.shapeOf('decoder_embed.weight', 2)[0]
  const encoded = layers.linear(x, 'decoder_embed', width, decoderWidth)
  x = restoreTokens(layers, encoded, { dropped, masked, kept, tokens, width: decoderWidth })
  for (let i = 0; i < weights.count('decoder_blocks'); i++) {
    x = transformerBlock(layers, x, `decoder_blocks.${i}`, {
      width: decoderWidth,
      heads: decoder,
      epsilon: EPSILON,
      like: dropped,
    })
  }
  const drawn = g.slice(g.reshape(x, [-1, tokens, decoderWidth]), 1, 1, tokens)
  x = layers.layerNorm(g.reshape(drawn, [-1, decoderWidth]), 'decoder_norm', decoderWidth, EPSILON)

  const channels = weights.shapeOf('im_decoder_proj.weight', 2)[0]
  const latent = layers.linear(x, 'im_decoder_proj', decoderWidth, channels)
  const map = g.transpose(g.reshape(latent, [-1, GRID, GRID, channels]), [0, 3, 1, 2])
  g.output('image', drawImage(layers, map, 'im_decoder', channels, EPSILON), ['batch', 3, 112, 112])

  // Layers that exist for training, and the 0..49 that the position embedding is looked up with.
  weights.setAside('patch_embed.', 'center_token.', 'token_emb.position_ids')
  return { vectorSize, tokens }
}

function officialHeads(width: number, where: string): Heads {
  const official = Object.values(VEC2FACE_SIZES).find((size) => size.width === width)
  if (official !== undefined) return official.heads
  throw new InputError(
    `a generator of width ${width} is none of the official ones, and a checkpoint doesn't say its attention heads`,
    where,
    'give --heads ENCODER,DECODER',
  )
}

/** Token j of 1..49 is w_j f + b_j, or f itself where it is masked; then positions are added. */
function embedTokens(layers: Layers, feature: Value, masked: Value, tokens: number, width: number): Value {
  const { g } = layers
  const rows = (key: string, shape: readonly number[], first: number) => {
    const others = g.reshape(layers.weight(key, shape), [tokens - 1, 1])
    return g.node('Concat', [g.reshape(g.floats(first), [1, 1]), others], { axis: 0 })
  }
  const slope = rows('feature_token.weight', [tokens - 1, 1], 1)
  const shift = rows('feature_token.bias', [tokens - 1], 0)
  const hidden = g.node('Unsqueeze', [masked, g.ints([2])])
  const expanded = g.add(
    g.mul(g.node('Unsqueeze', [feature, g.ints([1])]), g.node('Where', [hidden, g.floats(1), slope])),
    g.node('Where', [hidden, g.floats(0), shift]),
  )
  const positions = layers.weight('token_emb.position_embeddings.weight', [tokens, width])
  return layers.layerNorm(g.add(expanded, positions), 'token_emb.LayerNorm', width, EPSILON)
}

/** Which tokens the encoder sees. */
interface KeptTokens {
  /** their indices [batch, k], in order; padded with dropped ones where an image has fewer than k */
  readonly order: Value
  /** the place [batch, tokens] of each token among the kept ones */
  readonly place: Value
  /** what attention adds [batch, 1, 1, k]: 0, or a large negative number for the padding */
  readonly bias: Value
}

function keptTokens(g: GraphBuilder, dropped: Value): KeptTokens {
  const kept = g.toFloat(g.node('Not', [dropped]))
  const counts = g.node('ReduceSum', [kept, g.ints([1])], { keepdims: 0 })
  const most = g.node('Cast', [g.node('ReduceMax', [counts], { axes: [0], keepdims: 1 })], { to: 7 })
  const [isKept, order] = g.nodeWithOutputs('TopK', [kept, most], 2, { axis: 1 })
  const penalty = g.mul(g.node('Sub', [isKept, g.floats(1)]), g.floats(1e4))
  const running = g.node('CumSum', [kept, g.ints(1)])
  return {
    order,
    place: g.node('Cast', [g.node('Sub', [running, g.floats(1)])], { to: 7 }),
    bias: g.node('Unsqueeze', [penalty, g.ints([1, 2])]),
  }
}

/** Rows of x [batch, tokens, width] by indices [batch, k]. */
function gatherTokens(g: GraphBuilder, x: Value, indices: Value): Value {
  return g.node('GatherND', [x, g.node('Unsqueeze', [indices, g.ints([2])])], { batch_dims: 1 })
}

/** All tokens again: hidden ones are the encoded feature token; then the decoder's positions are added. */
function restoreTokens(
  layers: Layers,
  encoded: Value,
  {
    dropped,
    masked,
    kept,
    tokens,
    width,
  }: { dropped: Value; masked: Value; kept: KeptTokens; tokens: number; width: number },
): Value {
  const { g } = layers
  const hidden = g.node('Or', [dropped, masked])
  const from = g.node('Where', [hidden, g.ints(0), kept.place])
  const shape = g.node('Concat', [g.node('Shape', [kept.order]), g.ints([width])], { axis: 0 })
  const restored = gatherTokens(g, g.node('Reshape', [encoded, shape]), from)
  const positions = layers.weight('decoder_pos_embed_learned', [1, tokens, width])
  return g.reshape(g.add(restored, positions), [-1, width])
}
