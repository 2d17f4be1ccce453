import type { GraphBuilder, Value } from '../../onnx/graph-builder.js'
import { type LossSpec, lossOf } from './list.js'

/** A feature or centre of no length has no direction: PyTorch's `normalize` divides by this instead. */
const SHORTEST = 1e-12

/** What the loss adds to a graph. */
export interface MarginSoftmax {
  /** [], the mean over the batch */
  readonly loss: Value
  /** int64 [batch]: the class with the largest cosine */
  readonly nearest: Value
}

/**
 * Adds a margin softmax behind a network.
 *
 * @param feature [batch, size] of any length
 * @param centres [classes, size] of any length
 * @param own int64 [batch]: the row of `centres` that each feature belongs to
 */
export function marginSoftmax(
  g: GraphBuilder,
  feature: Value,
  centres: Value,
  own: Value,
  spec: LossSpec,
): MarginSoftmax {
  const cosines = g.node('MatMul', [unit(g, feature), g.transpose(unit(g, centres), [1, 0])])
  const column = g.reshape(own, [-1, 1])
  const ownCosine = g.node('GatherElements', [cosines, column], { axis: 1 })
  const smaller = lossOf(spec).margin({ g, own: ownCosine, options: spec })
  const scale = g.floats(spec.scale)
  const logits = g.mul(g.node('ScatterElements', [cosines, column, smaller], { axis: 1 }), scale)
  const logShares = g.node('LogSoftmax', [logits], { axis: 1 })
  const ownShare = g.node('GatherElements', [logShares, column], { axis: 1 })
  return {
    loss: g.node('Neg', [g.node('ReduceMean', [ownShare], { keepdims: 0 })]),
    nearest: g.node('ArgMax', [cosines], { axis: 1, keepdims: 0 }),
  }
}

function unit(g: GraphBuilder, rows: Value): Value {
  const length = g.node('ReduceL2', [rows], { axes: [1], keepdims: 1 })
  return g.node('Div', [rows, g.node('Max', [length, g.floats(SHORTEST)])])
}
