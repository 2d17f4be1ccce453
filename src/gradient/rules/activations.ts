import type { Value } from '../../onnx/graph-builder.js'
import { floatOf, type Node, stringOf } from '../../onnx/node.js'
import type { BackwardGraph } from '../backward-graph.js'
import type { Rule, Rules } from '../rule.js'

/** What an operator of one input gives back: from what went in (x), what came out (y) and its gradient. */
type Derivative = (g: BackwardGraph, x: Value, y: Value, dy: Value, node: Node) => Value

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI)

/** 1 - y^2 */
const oneLessSquare = (g: BackwardGraph, y: Value): Value => g.shifted(g.neg(g.square(y)), 1)
const isPositive = (g: BackwardGraph, x: Value): Value => g.greater(x, g.number(0, x))
const rootOf = (g: BackwardGraph, x: Value): Value => g.node('Sqrt', [x])

/** x times the normal distribution function; exact, or by a hyperbolic tangent. */
function gelu(g: BackwardGraph, x: Value, dy: Value, approximate: boolean): Value {
  if (!approximate) {
    const erf = g.node('Erf', [g.scaled(x, Math.SQRT1_2)])
    const below = g.scaled(g.shifted(erf, 1), 0.5)
    const density = g.scaled(g.node('Exp', [g.scaled(g.square(x), -0.5)]), 1 / Math.sqrt(2 * Math.PI))
    return g.mul(dy, g.add(below, g.mul(x, density)))
  }
  const [a, b] = [Math.sqrt(2 / Math.PI), 0.044715]
  const square = g.square(x)
  const t = g.node('Tanh', [g.mul(g.scaled(x, a), g.shifted(g.scaled(square, b), 1))])
  const inner = g.scaled(g.shifted(g.scaled(square, 3 * b), 1), a)
  const slope = g.mul(g.mul(x, oneLessSquare(g, t)), inner)
  return g.mul(dy, g.scaled(g.add(g.shifted(t, 1), slope), 0.5))
}

const DERIVATIVES: Readonly<Record<string, Derivative>> = {
  Identity: (_g, _x, _y, dy) => dy,
  Neg: (g, _x, _y, dy) => g.neg(dy),
  Abs: (g, x, _y, dy) => g.mul(dy, g.node('Sign', [x])),
  Reciprocal: (g, _x, y, dy) => g.neg(g.mul(dy, g.square(y))),
  Sqrt: (g, _x, y, dy) => g.div(g.scaled(dy, 0.5), y),
  Exp: (g, _x, y, dy) => g.mul(dy, y),
  Log: (g, x, _y, dy) => g.div(dy, x),
  Sin: (g, x, _y, dy) => g.mul(dy, g.node('Cos', [x])),
  Cos: (g, x, _y, dy) => g.neg(g.mul(dy, g.node('Sin', [x]))),
  Tan: (g, _x, y, dy) => g.mul(dy, g.shifted(g.square(y), 1)),
  Asin: (g, x, _y, dy) => g.div(dy, rootOf(g, oneLessSquare(g, x))),
  Acos: (g, x, _y, dy) => g.neg(g.div(dy, rootOf(g, oneLessSquare(g, x)))),
  Atan: (g, x, _y, dy) => g.div(dy, g.shifted(g.square(x), 1)),
  Sinh: (g, x, _y, dy) => g.mul(dy, g.node('Cosh', [x])),
  Cosh: (g, x, _y, dy) => g.mul(dy, g.node('Sinh', [x])),
  Asinh: (g, x, _y, dy) => g.div(dy, rootOf(g, g.shifted(g.square(x), 1))),
  Acosh: (g, x, _y, dy) => g.div(dy, rootOf(g, g.shifted(g.square(x), -1))),
  Atanh: (g, x, _y, dy) => g.div(dy, oneLessSquare(g, x)),
  Erf: (g, x, _y, dy) => g.mul(dy, g.scaled(g.node('Exp', [g.neg(g.square(x))]), TWO_OVER_ROOT_PI)),
  Tanh: (g, _x, y, dy) => g.mul(dy, oneLessSquare(g, y)),
  Sigmoid: (g, _x, y, dy) => g.mul(dy, g.mul(y, g.shifted(g.neg(y), 1))),
  Softplus: (g, x, _y, dy) => g.mul(dy, g.node('Sigmoid', [x])),
  Softsign: (g, x, _y, dy) => g.div(dy, g.square(g.shifted(g.node('Abs', [x]), 1))),
  Relu: (g, _x, y, dy) => g.keepWhere(isPositive(g, y), dy),
  LeakyRelu: (g, x, _y, dy, node) =>
    g.node('Where', [isPositive(g, x), dy, g.scaled(dy, floatOf(node, 'alpha', 0.01))]),
  ThresholdedRelu: (g, x, _y, dy, node) =>
    g.keepWhere(g.greater(x, g.number(floatOf(node, 'alpha', 1), x)), dy),
  Elu: (g, x, y, dy, node) =>
    g.node('Where', [isPositive(g, x), dy, g.mul(dy, g.shifted(y, floatOf(node, 'alpha', 1)))]),
  Celu: (g, x, y, dy, node) =>
    g.node('Where', [
      isPositive(g, x),
      dy,
      g.mul(dy, g.shifted(g.scaled(y, 1 / floatOf(node, 'alpha', 1)), 1)),
    ]),
  Selu: (g, x, y, dy, node) => {
    const [alpha, gamma] = [floatOf(node, 'alpha', 1.6732632), floatOf(node, 'gamma', 1.050701)]
    return g.node('Where', [isPositive(g, x), g.scaled(dy, gamma), g.mul(dy, g.shifted(y, alpha * gamma))])
  },
  HardSigmoid: (g, _x, y, dy, node) => {
    const inside = g.mul(g.node('Sign', [y]), g.node('Sign', [g.shifted(g.neg(y), 1)]))
    return g.mul(g.scaled(dy, floatOf(node, 'alpha', 0.2)), inside)
  },
  HardSwish: (g, x, _y, dy) => {
    const share = g.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })
    const inside = g.mul(g.node('Sign', [share]), g.node('Sign', [g.shifted(g.neg(share), 1)]))
    return g.mul(dy, g.add(share, g.mul(g.scaled(x, 1 / 6), inside)))
  },
  Mish: (g, x, _y, dy) => {
    const t = g.node('Tanh', [g.node('Softplus', [x])])
    return g.mul(dy, g.add(t, g.mul(g.mul(x, oneLessSquare(g, t)), g.node('Sigmoid', [x]))))
  },
  Gelu: (g, x, _y, dy, node) => gelu(g, x, dy, stringOf(node, 'approximate', 'none') === 'tanh'),
  Cast: (g, x, _y, dy) => g.castLike(dy, x),
}

const ruleOf =
  (derivative: Derivative): Rule =>
  ({ g, node, inputs, outputs, dy }) => [derivative(g, inputs[0], outputs[0], dy, node)]

/** Operators that work on each number by itself. */
export const ACTIVATIONS: Rules = Object.fromEntries(
  Object.entries(DERIVATIVES).map(([name, derivative]) => [name, ruleOf(derivative)]),
)
