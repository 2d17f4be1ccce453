import type { GraphBuilder, Value } from '../onnx/graph-builder.js'

const DEGREES = 180 / Math.PI
const SINGULAR = 1e-6
const SHORTEST = 1e-8
/** stands for 0 below a fraction: 0 / 0 is then 0 */
const SMALLEST = 1e-37

/** Three tensors [batch, 1]. */
type Vector = readonly [Value, Value, Value]

/**
 * Yaw, pitch and roll in degrees [batch, 3] of six numbers [batch, 6]: the first two columns of a rotation matrix,
 * made orthonormal by Gram and Schmidt (Zhou et al. 2019); angles as 6DRepNet takes them from the matrix.
 */
export function eulerAngles(g: GraphBuilder, six: Value): Value {
  const column = (i: number) => g.slice(six, 1, i, i + 1)
  const x = unit(g, [column(0), column(1), column(2)])
  const z = unit(g, cross(g, x, [column(3), column(4), column(5)]))
  const y = cross(g, z, x)
  const level = length(g, [x[0], x[1]])
  const singular = g.node('Less', [level, g.floats(SINGULAR)])
  const yaw = arctangent(g, g.node('Neg', [x[2]]), level)
  const pitch = g.node('Where', [
    singular,
    arctangent(g, g.node('Neg', [z[1]]), y[1]),
    arctangent(g, y[2], z[2]),
  ])
  const roll = g.node('Where', [singular, g.floats(0), arctangent(g, x[1], x[0])])
  return g.mul(g.node('Concat', [yaw, pitch, roll], { axis: 1 }), g.floats(DEGREES))
}

function length(g: GraphBuilder, parts: readonly Value[]): Value {
  return g.node('Sqrt', [parts.map((part) => g.mul(part, part)).reduce((a, b) => g.add(a, b))])
}

function unit(g: GraphBuilder, vector: Vector): Vector {
  const size = g.node('Max', [length(g, vector), g.floats(SHORTEST)])
  const scaled = (part: Value) => g.node('Div', [part, size])
  return [scaled(vector[0]), scaled(vector[1]), scaled(vector[2])]
}

function cross(g: GraphBuilder, a: Vector, b: Vector): Vector {
  const part = (i: number, j: number) => g.node('Sub', [g.mul(a[i], b[j]), g.mul(a[j], b[i])])
  return [part(1, 2), part(2, 0), part(0, 1)]
}

/** The angle of the point (x, y), -pi..pi; ONNX has the arctangent of a quotient only. */
function arctangent(g: GraphBuilder, y: Value, x: Value): Value {
  const zero = g.floats(0)
  const divisor = g.node('Where', [g.node('Equal', [x, zero]), g.floats(SMALLEST), x])
  const angle = g.node('Atan', [g.node('Div', [y, divisor])])
  const half = g.node('Where', [g.node('Less', [y, zero]), g.floats(-Math.PI), g.floats(Math.PI)])
  return g.node('Where', [g.node('Less', [x, zero]), g.add(angle, half), angle])
}
