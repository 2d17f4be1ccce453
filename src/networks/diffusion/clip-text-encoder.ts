import { z } from 'zod'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { tensorOf } from '../../onnx/tensor.js'
import { Layers } from '../layers.js'
import { attendAndWiden } from '../transformer-block.js'
import type { Weights } from '../weights.js'
import { attend } from './attention.js'

const count = z.int().positive()
const UNSEEN = -1e4
/** keeps a vector of zeros, which pads a batch, from becoming no numbers */
const LEAST = 1e-4
const KEYS = { query: 'q_proj', key: 'k_proj', value: 'v_proj', out: 'out_proj' }

/** What is read of `config.json` beside the weights of CLIP's text encoder, with transformers' defaults. */
export const clipTextConfigSchema = z.object({
  model_type: z.literal('clip_text_model').optional(),
  num_attention_heads: count.default(8),
  hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
})
export type ClipTextConfig = z.infer<typeof clipTextConfigSchema>

export interface ClipTextSize {
  /** tokens of a text */
  readonly tokens: number
  /** numbers a token */
  readonly width: number
  /** words that the encoder knows */
  readonly vocabulary: number
}

/**
 * CLIP's text encoder, in which a feature takes a word's place (Arc2Face: the word "id").
 *
 * Inputs: `tokens` [batch, tokens] int64, `feature` [batch, n]: made a unit vector, padded with zeros and put where
 * `tokens` has the word. Output: `condition` [batch, tokens, width], after the last normalisation.
 * @param word the number of that word @param featureSize n, at most the width
 */
export function buildClipTextEncoder(
  g: GraphBuilder,
  weights: Weights,
  config: ClipTextConfig,
  { word, featureSize }: { word: number; featureSize: number },
): ClipTextSize {
  const layers = new Layers(g, weights, 0)
  const size = clipTextSize(weights)
  const { vocabulary, width, tokens } = size
  const text = g.input('tokens', 'int64', ['batch', tokens])
  const feature = g.floatInput('feature', ['batch', featureSize])

  const table = layers.weight(`${EMBEDDINGS}.token_embedding.weight`, [vocabulary, width])
  const words = g.node('Gather', [table, text], { axis: 0 })
  const isFeature = g.node('Unsqueeze', [g.node('Equal', [text, g.ints(word)]), g.ints([2])])
  const embedded = g.node('Where', [isFeature, padded(g, feature, width - featureSize), words])
  const positions = layers.weight(`${EMBEDDINGS}.position_embedding.weight`, [tokens, width])
  let x = g.reshape(g.add(embedded, positions), [-1, width])
  const bias = earlierOnly(g, tokens)
  for (let i = 0; i < weights.count('text_model.encoder.layers'); i++)
    x = block(layers, x, `text_model.encoder.layers.${i}`, config, tokens, width, bias)
  x = layers.layerNorm(x, 'text_model.final_layer_norm', width, config.layer_norm_eps)
  g.output('condition', g.reshape(x, [-1, tokens, width]), ['batch', tokens, width])
  weights.setAside(`${EMBEDDINGS}.position_ids`)
  return size
}

/** The size that the weights have. */
export function clipTextSize(weights: Weights): ClipTextSize {
  const [vocabulary, width] = weights.shapeOf(`${EMBEDDINGS}.token_embedding.weight`, 2)
  const [tokens] = weights.shapeOf(`${EMBEDDINGS}.position_embedding.weight`, 2)
  return { tokens, width, vocabulary }
}

const EMBEDDINGS = 'text_model.embeddings'

/** The unit vector with zeros behind it, [batch, 1, width]. */
function padded(g: GraphBuilder, feature: Value, zeros: number): Value {
  // In the operator set of these graphs the axes are an attribute.
  const length = g.node('Max', [g.node('ReduceL2', [feature], { axes: [1], keepdims: 1 }), g.floats(LEAST)])
  const unit = g.node('Unsqueeze', [g.node('Div', [feature, length]), g.ints([1])])
  return g.node('Pad', [unit, g.ints([0, 0, 0, 0, 0, zeros])])
}

/** What attention adds: nothing for a token and those before it, a large negative number for those behind. */
function earlierOnly(g: GraphBuilder, tokens: number): Value {
  const bias = Float32Array.from({ length: tokens * tokens }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? UNSEEN : 0,
  )
  return g.toFloat(g.initialiser('earlier_only', tensorOf('float32', [tokens, tokens], bias)))
}

function block(
  layers: Layers,
  x: Value,
  key: string,
  { num_attention_heads: heads, hidden_act, layer_norm_eps: epsilon }: ClipTextConfig,
  tokens: number,
  width: number,
  bias: Value,
): Value {
  return attendAndWiden(layers, x, key, {
    ...{ width, epsilon, norms: ['layer_norm1', 'layer_norm2'] },
    attention: (normed) =>
      attend(layers, normed, `${key}.self_attn`, { keys: KEYS, heads, tokens, width, bias }),
    activation: (widened) => (hidden_act === 'gelu' ? layers.gelu(widened) : quickGelu(layers.g, widened)),
  })
}

/** x sigmoid(1.702 x) */
function quickGelu(g: GraphBuilder, x: Value): Value {
  return g.mul(x, g.node('Sigmoid', [g.mul(x, g.floats(1.702))]))
}
