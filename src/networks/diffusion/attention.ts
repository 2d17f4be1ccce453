import type { Value } from '../../onnx/graph-builder.js'
import type { Layers } from '../layers.js'

/** The four linear maps of an attention layer, by their keys below the layer's. */
export interface AttentionKeys {
  readonly query: string
  readonly key: string
  readonly value: string
  readonly out: string
}

export interface Attention {
  readonly keys: AttentionKeys
  readonly heads: number
  /** tokens that ask, and their width */
  readonly tokens: number
  readonly width: number
  /** tokens that are asked, and their width; by default those that ask */
  readonly context?: { readonly rows: Value; readonly tokens: number; readonly width: number }
  /** added to the scores, [tokens, tokens] */
  readonly bias?: Value
}

/**
 * Multi-head attention, softmax(q k^T / sqrt(size of a head)) v. Tokens are rows [batch * tokens, width].
 * Cost: the square of the tokens, in time and memory.
 */
export function attend(layers: Layers, x: Value, key: string, attention: Attention): Value {
  const { g } = layers
  const { keys, heads, tokens, width, bias } = attention
  const asked = attention.context ?? { rows: x, tokens, width }
  const size = width / heads
  const split = (rows: Value, name: string, from: number, count: number) => {
    const projected = linear(layers, rows, `${key}.${name}`, from, width)
    return g.transpose(g.reshape(projected, [-1, count, heads, size]), [0, 2, 1, 3])
  }
  const query = g.mul(split(x, keys.query, width, tokens), g.floats(1 / Math.sqrt(size)))
  const scores = g.node('MatMul', [
    query,
    g.transpose(split(asked.rows, keys.key, asked.width, asked.tokens), [0, 1, 3, 2]),
  ])
  const shares = g.node('Softmax', [bias === undefined ? scores : g.add(scores, bias)], { axis: -1 })
  const mixed = g.node('MatMul', [shares, split(asked.rows, keys.value, asked.width, asked.tokens)])
  const rows = g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [-1, width])
  return linear(layers, rows, `${key}.${keys.out}`, width, width)
}

/** y = x W^T (+ b where the checkpoint has one); a 1x1 convolution's kernel counts as a matrix. */
export function linear(layers: Layers, x: Value, key: string, from: number, to: number): Value {
  const { g, weights } = layers
  const asKernel = weights.rankOf(`${key}.weight`) === 4
  const matrix = weights.take(`${key}.weight`, asKernel ? [to, from, 1, 1] : [to, from])
  const weight = g.weight(`${key}.weight`, [to, from], () => matrix.readFloat32())
  const bias = weights.has(`${key}.bias`) ? [layers.weight(`${key}.bias`, [to])] : []
  return g.node('Gemm', [x, weight, ...bias], { transB: 1 })
}
