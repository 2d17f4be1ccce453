import type { Value } from '../onnx/graph-builder.js'
import type { Layers } from './layers.js'

export interface TransformerBlock {
  readonly width: number
  readonly heads: number
  /** of layer normalisation */
  readonly epsilon: number
  /** a tensor [batch, tokens] that tells the two sizes apart */
  readonly like: Value
  /** added to the attention scores, [batch, 1, 1, tokens] */
  readonly bias?: Value
}

/** A block of a vision transformer, with timm's keys. Tokens are rows: x is [batch * tokens, width]. */
export function transformerBlock(layers: Layers, x: Value, key: string, block: TransformerBlock): Value {
  const { width, epsilon } = block
  return attendAndWiden(layers, x, key, {
    ...{ width, epsilon, norms: ['norm1', 'norm2'] },
    attention: (normed) => attention(layers, normed, `${key}.attn`, block),
    activation: (widened) => layers.gelu(widened),
  })
}

export interface BlockParts {
  readonly width: number
  /** of layer normalisation, and the keys of both layers of it */
  readonly epsilon: number
  readonly norms: readonly [string, string]
  attention(normed: Value): Value
  activation(widened: Value): Value
}

/**
 * A block of a transformer: x + attention(norm(x)), then x + mlp(norm(x)). Tokens are rows, so that every linear layer is
 * one matrix product.
 */
export function attendAndWiden(
  layers: Layers,
  x: Value,
  key: string,
  { width, epsilon, norms, attention, activation }: BlockParts,
): Value {
  const { g, weights } = layers
  const norm = (rows: Value, name: string) => layers.layerNorm(rows, `${key}.${name}`, width, epsilon)
  const attended = g.add(x, attention(norm(x, norms[0])))
  const normed = norm(attended, norms[1])
  const hidden = weights.shapeOf(`${key}.mlp.fc1.weight`, 2)[0]
  const widened = activation(layers.linear(normed, `${key}.mlp.fc1`, width, hidden))
  return g.add(attended, layers.linear(widened, `${key}.mlp.fc2`, hidden, width))
}

/** Multi-head self-attention. */
function attention(
  layers: Layers,
  x: Value,
  key: string,
  { width, heads, like, bias }: TransformerBlock,
): Value {
  const { g } = layers
  const size = width / heads
  const projected = layers.linear(x, `${key}.qkv`, width, 3 * width)
  const shape = g.node('Concat', [g.node('Shape', [like]), g.ints([3, heads, size])], { axis: 0 })
  const split = g.transpose(g.node('Reshape', [projected, shape]), [2, 0, 3, 1, 4])
  const [q, k, v] = [0, 1, 2].map((i) => g.node('Gather', [split, g.ints(i)], { axis: 0 }))
  const products = g.node('MatMul', [q, g.transpose(k, [0, 1, 3, 2])])
  const scores = g.node('Div', [products, g.node('Sqrt', [g.floats(size)])])
  const shares = g.node('Softmax', [bias === undefined ? scores : g.add(scores, bias)], { axis: -1 })
  const mixed = g.transpose(g.node('MatMul', [shares, v]), [0, 2, 1, 3])
  return layers.linear(g.reshape(mixed, [-1, width]), `${key}.proj`, width, width)
}
