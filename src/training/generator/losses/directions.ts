import type { GraphBuilder, Value } from '../../../onnx/graph-builder.js'

/**
 * Lengths along an axis, which stays, bounded from below. It is the square that is bounded: the gradient of a root at 0 is
 * infinite.
 */
export function lengthAlong(g: GraphBuilder, x: Value, axis: number, shortest: number): Value {
  const squares = g.node('ReduceSum', [g.mul(x, x), g.ints([axis])], { keepdims: 1 })
  return g.node('Sqrt', [g.node('Max', [squares, g.floats(shortest ** 2)])])
}

/** x over its length along an axis. */
export function unitAlong(g: GraphBuilder, x: Value, axis: number, shortest: number): Value {
  return g.node('Div', [x, lengthAlong(g, x, axis, shortest)])
}

/** The mean of all numbers. */
export function meanOf(g: GraphBuilder, x: Value): Value {
  return g.node('ReduceMean', [x], { keepdims: 0 })
}

export const minus = (g: GraphBuilder, a: Value, b: Value): Value => g.node('Sub', [a, b])
