import type { Value } from '../../onnx/graph-builder.js'
import type { Layers } from '../layers.js'
import { attend, linear } from './attention.js'

/** What a map is conditioned on: `tokens` rows of `width` numbers an image. */
export interface Condition {
  /** [batch * tokens, width] */
  readonly rows: Value
  readonly tokens: number
  readonly width: number
}

export interface SpatialTransformer {
  readonly channels: number
  /** height and width of the map */
  readonly size: number
  readonly heads: number
  readonly groups: number
  readonly condition: Condition
}

const MAP_EPSILON = 1e-6
const ROW_EPSILON = 1e-5
const TO_OUT = { query: 'to_q', key: 'to_k', value: 'to_v', out: 'to_out.0' }

/**
 * diffusers' Transformer2DModel: the places of a map as tokens that attend to one another and to the condition, added to
 * the map.
 */
export function spatialTransformer(layers: Layers, x: Value, key: string, shape: SpatialTransformer): Value {
  const { g, weights } = layers
  const { channels, size, groups } = shape
  const normed = layers.groupNorm(x, `${key}.norm`, channels, groups, MAP_EPSILON)
  const places = g.reshape(g.transpose(normed, [0, 2, 3, 1]), [-1, channels])
  let rows = linear(layers, places, `${key}.proj_in`, channels, channels)
  for (let i = 0; i < weights.count(`${key}.transformer_blocks`); i++)
    rows = block(layers, rows, `${key}.transformer_blocks.${i}`, shape)
  const out = linear(layers, rows, `${key}.proj_out`, channels, channels)
  return g.add(x, g.transpose(g.reshape(out, [-1, size, size, channels]), [0, 3, 1, 2]))
}

/** BasicTransformerBlock: self-attention, attention to the condition, a gated layer. */
function block(
  layers: Layers,
  x: Value,
  key: string,
  { channels, size, heads, condition }: SpatialTransformer,
): Value {
  const { g } = layers
  const attention = { keys: TO_OUT, heads, tokens: size * size, width: channels }
  const norm = (rows: Value, name: string) => layers.layerNorm(rows, `${key}.${name}`, channels, ROW_EPSILON)
  const own = g.add(x, attend(layers, norm(x, 'norm1'), `${key}.attn1`, attention))
  const asked = attend(layers, norm(own, 'norm2'), `${key}.attn2`, { ...attention, context: condition })
  const told = g.add(own, asked)
  return g.add(told, gated(layers, norm(told, 'norm3'), `${key}.ff.net`, channels))
}

/** GEGLU: half of the hidden numbers, times GELU of the other half. */
function gated(layers: Layers, x: Value, key: string, width: number): Value {
  const { g, weights } = layers
  const both = weights.shapeOf(`${key}.0.proj.weight`, 2)[0]
  const hidden = linear(layers, x, `${key}.0.proj`, width, both)
  const values = g.slice(hidden, 1, 0, both / 2)
  const gate = g.slice(hidden, 1, both / 2, both)
  return linear(layers, g.mul(values, layers.gelu(gate)), `${key}.2`, both / 2, width)
}
