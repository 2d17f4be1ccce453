import type { Value } from '../../onnx/graph-builder.js'
import { floatOf, intOf } from '../../onnx/node.js'
import type { BackwardGraph } from '../backward-graph.js'
import { sumTo } from '../broadcasting.js'
import type { RuleSite, Rules } from '../rule.js'

/** All but the last axis in one. */
function rows(g: BackwardGraph, x: Value): Value {
  const rank = g.rank(x)
  return rank === 2 ? x : g.reshapeTo(x, g.sizes([-1, { of: x, axis: rank - 1 }]))
}

/** y = a b, over broadcast leading axes; a row or column of one axis is one of two for as long. */
function matMul({ g, inputs: [a, b], dy, wants }: RuleSite): (Value | undefined)[] {
  const [isRow, isColumn] = [g.rank(a) === 1, g.rank(b) === 1]
  const left = isRow ? g.reshapeTo(a, g.ints([1, -1])) : a
  const right = isColumn ? g.reshapeTo(b, g.ints([-1, 1])) : b
  const lead = g.shape(dy).length - (isRow ? 0 : 1) - (isColumn ? 0 : 1)
  const axes = Array.from({ length: lead }, (_, axis) => ({ of: dy, axis }))
  const ends = [isRow ? 1 : { of: dy, axis: lead }, isColumn ? 1 : { of: dy, axis: g.rank(dy) - 1 }]
  const whole = isRow || isColumn ? g.reshapeTo(dy, g.sizes([...axes, ...ends])) : dy
  const toLeft = () => g.reshapeLike(sumTo(g, g.node('MatMul', [whole, g.turned(right)]), left), a)
  const toRight = () => {
    if (g.rank(right) > 2 || g.rank(left) === 2)
      return sumTo(g, g.node('MatMul', [g.turned(left), whole]), right)
    // A matrix that all leading axes share: one product of all rows.
    return g.node('Gemm', [rows(g, left), rows(g, whole)], { transA: 1 })
  }
  return [wants(0) ? toLeft() : undefined, wants(1) ? g.reshapeLike(toRight(), b) : undefined]
}

/** y = alpha a' b' + beta c, where ' may transpose. */
function gemm({ g, node, inputs: [a, b, c], dy, wants }: RuleSite): (Value | undefined)[] {
  const [transA, transB] = [intOf(node, 'transA', 0), intOf(node, 'transB', 0)]
  const alpha = { float: floatOf(node, 'alpha', 1) }
  const product = (x: Value, y: Value, left: number, right: number) =>
    g.node('Gemm', [x, y], { transA: left, transB: right, ...(alpha.float !== 1 && { alpha }) })
  const toA = () => (transA === 0 ? product(dy, b, 0, 1 - transB) : product(b, dy, transB, 1))
  const toB = () => (transB === 0 ? product(a, dy, 1 - transA, 0) : product(dy, a, 1, transA))
  const toC = () => sumTo(g, g.scaled(dy, floatOf(node, 'beta', 1)), c)
  return [wants(0) ? toA() : undefined, wants(1) ? toB() : undefined, wants(2) ? toC() : undefined]
}

/** Products of matrices. */
export const PRODUCTS: Rules = { MatMul: matMul, Gemm: gemm }
