import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { intOf, showNode } from '../../onnx/node.js'
import { reducedAxes } from '../../onnx/shapes/computation.js'
import { countOf } from '../../onnx/shapes/known.js'
import type { BackwardGraph } from '../backward-graph.js'
import type { Rule, Rules } from '../rule.js'

/** A reduction as its rule sees it: result and gradient with the reduced axes kept, as axes of size 1. */
interface Reduction {
  readonly x: Value
  readonly y: Value
  readonly dy: Value
  readonly axes: readonly number[]
}

/** What each number that was reduced gets; where it is repeated along the axes only, it may stay unrepeated. */
type Share = (g: BackwardGraph, reduction: Reduction) => Value

const ruleOf =
  (share: Share): Rule =>
  ({ g, node, inputs: [x, axesInput], outputs: [y], dy }) => {
    const rank = g.rank(x)
    const known = [x, axesInput].map((name) => (name ? g.known(name) : undefined))
    const axes = reducedAxes({ node, opset: g.opset, inputs: known }, rank)
    if (axes === undefined) {
      throw new InputError(
        `the gradient of ${showNode(node)} needs to know its axes`,
        g.graph.origin,
        'export it with constant axes',
      )
    }
    const kept = (value: Value): Value => {
      if (intOf(node, 'keepdims', 1) === 1) return value
      return g.reshapeTo(
        value,
        g.sizes(g.shape(x).map((_, axis) => (axes.includes(axis) ? 1 : { of: x, axis }))),
      )
    }
    return [g.expandLike(share(g, { x, y: kept(y), dy: kept(dy), axes }), x)]
  }

/** How many numbers go into one, in the type of the result. */
function countIn(g: BackwardGraph, { x, dy, axes }: Reduction): Value {
  const count = countOf(axes.map((axis) => g.shape(x)[axis]))
  if (typeof count === 'number') return g.number(count, dy)
  const sizes = g.sizes(axes.map((axis) => ({ of: x, axis })))
  return g.castLike(g.reduce('ReduceProd', sizes, [0], false), dy)
}

/** Those that equal the result share the gradient equally. */
const extreme: Share = (g, { x, y, dy, axes }) => {
  const chosen = g.castLike(g.node('Equal', [x, y]), dy)
  return g.mul(g.div(dy, g.sum(chosen, axes)), chosen)
}

/** The product of all others: where one number is 0 only that one has a gradient, where several are none has. */
const product: Share = (g, { x, dy, axes }) => {
  const isZero = g.node('Equal', [x, g.number(0, x)])
  const zeros = g.sum(g.castLike(isZero, dy), axes)
  const one = g.number(1, x)
  const filled = g.node('Where', [isZero, one, x])
  const others = g.reduce('ReduceProd', filled, axes)
  const has = (count: number) => g.node('Equal', [zeros, g.number(count, zeros)])
  const ofZero = g.keepWhere(has(1), g.mul(dy, others))
  const ofOther = g.keepWhere(has(0), g.mul(dy, others))
  return g.node('Where', [isZero, ofZero, g.div(ofOther, filled)])
}

/** x over the norm; 0 where the norm is 0, as in PyTorch. */
const length: Share = (g, { x, y, dy }) => {
  const isZero = g.node('Equal', [y, g.number(0, y)])
  return g.mul(x, g.dropWhere(isZero, g.div(dy, y)))
}

const SHARES: Readonly<Record<string, Share>> = {
  ReduceSum: (_, { dy }) => dy,
  ReduceMean: (g, reduction) => g.div(reduction.dy, countIn(g, reduction)),
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: product,
  ReduceL1: (g, { x, dy }) => g.mul(dy, g.node('Sign', [x])),
  ReduceL2: length,
  ReduceSumSquare: (g, { x, dy }) => g.mul(g.scaled(dy, 2), x),
  ReduceLogSum: (g, { y, dy }) => g.div(dy, g.node('Exp', [y])),
  ReduceLogSumExp: (g, { x, y, dy }) => g.mul(dy, g.node('Exp', [g.sub(x, y)])),
}

/** Reductions and norms over axes. */
export const REDUCTIONS: Rules = Object.fromEntries(
  Object.entries(SHARES).map(([name, share]) => [name, ruleOf(share)]),
)
