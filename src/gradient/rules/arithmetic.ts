import type { Value } from '../../onnx/graph-builder.js'
import type { BackwardGraph } from '../backward-graph.js'
import { sumTo } from '../broadcasting.js'
import type { Rule, RuleSite, Rules } from '../rule.js'

/** What an operator of two inputs gives back to one of them, in the shape of the result. */
type Share = (
  g: BackwardGraph,
  site: { readonly a: Value; readonly b: Value; readonly y: Value; readonly dy: Value },
) => Value

/** A rule of two inputs that broadcast: each gets its share, summed over the axes along which it was repeated. */
const binary =
  (first: Share, second: Share): Rule =>
  ({ g, inputs: [a, b], outputs: [y], dy, wants }) => {
    const site = { a, b, y, dy }
    return [
      wants(0) ? sumTo(g, first(g, site), a) : undefined,
      wants(1) ? sumTo(g, second(g, site), b) : undefined,
    ]
  }

/** a^b: b a^(b-1), written out for the exponents that are seen. */
const powBase: Share = (g, { a, b, dy, y }) => {
  const exponent = g.known(b).value?.length === 1 ? g.known(b).value?.[0] : undefined
  if (exponent === 2) return g.mul(dy, g.scaled(a, 2))
  if (exponent === 0.5) return g.div(g.scaled(dy, 0.5), y)
  if (exponent === -1) return g.neg(g.mul(dy, g.square(y)))
  const power = g.castLike(b, a)
  return g.mul(dy, g.mul(power, g.node('Pow', [a, g.shifted(power, -1)])))
}

/** a^b log a; 0 where a is 0, as PyTorch has it. */
const powExponent: Share = (g, { a, dy, y }) =>
  g.mul(dy, g.keepWhere(g.greater(a, g.number(0, a)), g.mul(y, g.node('Log', [a]))))

/** The numbers that were chosen share the gradient: equally, where several are equal. */
const extreme: Rule = ({ g, inputs, outputs: [y], dy, wants }) => {
  if (inputs.length === 1) return [dy]
  const chosen = inputs.map((x) => g.castLike(g.node('Equal', [x, y]), dy))
  const each = g.div(dy, chosen.length === 2 ? g.add(chosen[0], chosen[1]) : g.node('Sum', chosen))
  return inputs.map((x, i) => (wants(i) ? sumTo(g, g.mul(each, chosen[i]), x) : undefined))
}

const sumOfAll =
  (mean: boolean): Rule =>
  ({ g, inputs, dy, wants }) =>
    inputs.map((x, i) => (wants(i) ? sumTo(g, mean ? g.scaled(dy, 1 / inputs.length) : dy, x) : undefined))

/** Numbers inside the bounds pass (those on a bound too, as in PyTorch); a bound gets what it held back. */
function clip({ g, inputs: [x, low, high], outputs: [y], dy, wants }: RuleSite): (Value | undefined)[] {
  const inside = () => g.keepWhere(g.node('Equal', [x, y]), dy)
  const scalar = (kept: Value, bound: Value) => sumTo(g, kept, bound)
  return [
    wants(0) ? inside() : undefined,
    wants(1) ? scalar(g.keepWhere(g.node('Less', [x, low]), dy), low) : undefined,
    wants(2) ? scalar(g.keepWhere(g.greater(x, high), dy), high) : undefined,
  ]
}

function where({ g, inputs: [condition, a, b], dy, wants }: RuleSite): (Value | undefined)[] {
  return [
    undefined,
    wants(1) ? sumTo(g, g.keepWhere(condition, dy), a) : undefined,
    wants(2) ? sumTo(g, g.dropWhere(condition, dy), b) : undefined,
  ]
}

/** Operators of several inputs that broadcast. */
export const ARITHMETIC: Rules = {
  Add: binary(
    (_, { dy }) => dy,
    (_, { dy }) => dy,
  ),
  Sub: binary(
    (_, { dy }) => dy,
    (g, { dy }) => g.neg(dy),
  ),
  Mul: binary(
    (g, { b, dy }) => g.mul(dy, b),
    (g, { a, dy }) => g.mul(dy, a),
  ),
  Div: binary(
    (g, { b, dy }) => g.div(dy, b),
    (g, { b, y, dy }) => g.neg(g.mul(dy, g.div(y, b))),
  ),
  Pow: binary(powBase, powExponent),
  PRelu: binary(
    (g, { a, b, dy }) => g.node('Where', [g.greater(a, g.number(0, a)), dy, g.mul(dy, b)]),
    (g, { a, dy }) => g.mul(dy, g.node('Min', [a, g.number(0, a)])),
  ),
  Min: extreme,
  Max: extreme,
  Sum: sumOfAll(false),
  Mean: sumOfAll(true),
  Clip: clip,
  Where: where,
}
