import { InputError } from '../../errors.js'
import type { GraphBuilder, Value } from '../graph-builder.js'
import { interpolationMatrix, interpolationOf } from '../interpolation.js'
import { floatOf, intOf, intsOf, type Node, showNode, stringOf } from '../node.js'

/** What a decomposition may ask about the values of a node. */
export interface Surroundings {
  /** @throws InputError where a size is not known */
  shape(name: Value): readonly number[]
  /** the numbers of a value that is constant */
  numbers(name: Value): readonly number[] | undefined
}

/** A node as simpler ones. */
export type Decomposition = (g: GraphBuilder, node: Node, around: Surroundings) => Value

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** How a window goes over an image. */
interface Windows {
  /** size of what comes out */
  readonly out: readonly [height: number, width: number]
  /** what each place of the window sees, [batch, channels, height, width] */
  readonly looks: readonly Value[]
  /** how many places of the window lie within the image, for each place of what comes out */
  inside(): Float64Array
}

/** @throws InputError where the padding is automatic, sizes are rounded up, or the window has other than two axes */
function windows(g: GraphBuilder, node: Node, kernel: readonly number[], around: Surroundings): Windows {
  if (
    kernel.length !== 2 ||
    stringOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET' ||
    intOf(node, 'ceil_mode', 0) !== 0
  )
    throw new InputError(
      `${showNode(node)} has other than two axes, or automatic sizes`,
      'double precision',
      'use float32 for this network',
    )
  const [x] = node.inputs
  const strides = intsOf(node, 'strides') ?? [1, 1]
  const dilations = intsOf(node, 'dilations') ?? [1, 1]
  const pads = intsOf(node, 'pads') ?? [0, 0, 0, 0]
  const size = around.shape(x).slice(2)
  const outOf = (axis: number): number => {
    const reach = (kernel[axis] - 1) * dilations[axis] + 1
    return Math.floor((size[axis] + pads[axis] + pads[axis + 2] - reach) / strides[axis]) + 1
  }
  const out = [outOf(0), outOf(1)] as const
  const padded = pads.every((n) => n === 0)
    ? x
    : g.node('Pad', [x, g.ints([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
  const places = range(kernel[0]).flatMap((i) => range(kernel[1]).map((j) => [i, j]))
  const looks = places.map((place) => {
    const from = place.map((n, axis) => n * dilations[axis])
    const to = from.map((n, axis) => n + (out[axis] - 1) * strides[axis] + 1)
    return g.node('Slice', [padded, g.ints(from), g.ints(to), g.ints([2, 3]), g.ints([...strides])])
  })
  const within = (axis: number, at: number): number =>
    range(kernel[axis]).filter((n) => {
      const place = at * strides[axis] + n * dilations[axis] - pads[axis]
      return place >= 0 && place < size[axis]
    }).length
  return {
    out,
    looks,
    inside: () =>
      Float64Array.from(range(out[0]).flatMap((i) => range(out[1]).map((j) => within(0, i) * within(1, j)))),
  }
}

/**
 * A convolution of images as one product of matrices: the places that each weight looks at, one below the other, times the
 * weights. Memory: the input as many times as a kernel has places.
 */
function convolution(g: GraphBuilder, node: Node, around: Surroundings): Value {
  const [x, w, bias] = node.inputs
  const [channels, perGroup, ...kernel] = around.shape(w)
  const groups = intOf(node, 'group', 1)
  const { out, looks } = windows(g, node, kernel, around)
  const [batch] = around.shape(x)
  const split = looks.map((look) => g.reshape(look, [batch, groups, perGroup, out[0] * out[1]]))
  const columns = split.length === 1 ? split[0] : g.node('Concat', split, { axis: 2 })
  const byPlace = g.transpose(g.reshape(w, [channels, perGroup, looks.length]), [0, 2, 1])
  const rows = g.reshape(byPlace, [groups, channels / groups, looks.length * perGroup])
  const product = g.reshape(g.node('MatMul', [rows, columns]), [batch, channels, ...out])
  return bias === undefined || bias === '' ? product : g.add(product, g.reshape(bias, [1, channels, 1, 1]))
}

/** The mean of what a window sees; what is padded counts where the operator says so. */
function averagePool(g: GraphBuilder, node: Node, around: Surroundings): Value {
  const { out, looks, inside } = windows(g, node, intsOf(node, 'kernel_shape') ?? [], around)
  const counts =
    intOf(node, 'count_include_pad', 0) === 1
      ? () => new Float64Array(out[0] * out[1]).fill(looks.length)
      : inside
  const divisor = g.weight(`${node.outputs[0]}/counts`, [1, 1, ...out], counts)
  return g.node('Div', [looks.reduce((sum, look) => g.add(sum, look)), divisor])
}

function instanceNormalisation(g: GraphBuilder, node: Node, around: Surroundings): Value {
  const [x, scale, shift] = node.inputs
  const rank = around.shape(x).length
  const axes = range(rank).slice(2)
  const centred = g.node('Sub', [x, g.node('ReduceMean', ...over(g, x, axes))])
  const variance = g.node('ReduceMean', ...over(g, g.mul(centred, centred), axes))
  const deviation = g.node('Sqrt', [g.add(variance, g.floats(floatOf(node, 'epsilon', 1e-5)))])
  const perChannel = (value: Value) => g.reshape(value, [-1, ...axes.map(() => 1)])
  return g.add(g.mul(g.node('Div', [centred, deviation]), perChannel(scale)), perChannel(shift))
}

function globalAverage(g: GraphBuilder, { inputs: [x] }: Node, around: Surroundings): Value {
  return g.node('ReduceMean', ...over(g, x, range(around.shape(x).length).slice(2)))
}

/** A reduction's inputs and attributes: axes are an input from operator set 18 on. */
function over(
  g: GraphBuilder,
  x: Value,
  axes: readonly number[],
): [Value[], Record<string, number | readonly number[]>] {
  return g.graph.opset >= 18 ? [[x, g.ints(axes)], { keepdims: 1 }] : [[x], { axes, keepdims: 1 }]
}

/** Resizing as a product with a matrix along each axis whose size changes. @throws InputError where it crops or antialiases */
function resize(g: GraphBuilder, node: Node, around: Surroundings): Value {
  const how = interpolationOf(node)
  if (how === undefined)
    throw new InputError(
      `${showNode(node)} crops or antialiases`,
      'double precision',
      'use float32 for this network',
    )
  const [from, to] = [around.shape(node.inputs[0]), around.shape(node.outputs[0])]
  const axes = (intsOf(node, 'axes') ?? range(from.length)).map((axis) =>
    axis < 0 ? axis + from.length : axis,
  )
  const scales = node.inputs[2] ? around.numbers(node.inputs[2]) : undefined
  return axes.reduce((x, axis, i) => {
    const [before, after, scale] = [from[axis], to[axis], scales?.[i] ?? to[axis] / from[axis]]
    if (before === after && scale === 1) return x
    const matrix = interpolationMatrix(before, after, scale, how)
    const weights = g.weight(g.name(`${node.outputs[0]}/axis ${axis}`), [after, before], () =>
      Float64Array.from(matrix),
    )
    const last = range(from.length).map((at) =>
      at === axis ? from.length - 1 : at === from.length - 1 ? axis : at,
    )
    return g.transpose(g.node('MatMul', [g.transpose(x, last), g.transpose(weights, [1, 0])]), last)
  }, node.inputs[0])
}

function softplus(g: GraphBuilder, { inputs: [x] }: Node): Value {
  const tail = g.node('Log', [g.add(g.node('Exp', [g.node('Neg', [g.node('Abs', [x])])]), g.floats(1))])
  return g.add(g.node('Max', [x, g.floats(0)]), tail)
}

/** Operators that onnxruntime computes in float32 only, as others that it computes in float64 too. */
export const DECOMPOSITIONS: Readonly<Record<string, Decomposition>> = {
  Conv: convolution,
  AveragePool: averagePool,
  InstanceNormalization: instanceNormalisation,
  GlobalAveragePool: globalAverage,
  Resize: resize,
  Softplus: softplus,
}

const SERIES = 110
const FURTHEST = 6

/**
 * The error function by its series without cancellation, `2/sqrt(pi) exp(-x^2) x (1 + 2x^2/3 (1 + 2x^2/5 (1 + ..)))`
 * (Abramowitz and Stegun 7.1.6), to some 1e-15; beyond 6 it is 1 in float64.
 */
export function errorFunction(g: GraphBuilder, x: Value): Value {
  const bounded = g.node('Min', [g.node('Max', [x, g.floats(-FURTHEST)]), g.floats(FURTHEST)])
  const square = g.mul(bounded, bounded)
  let sum = g.floats(1)
  for (let n = SERIES; n >= 1; n--)
    sum = g.add(g.mul(g.mul(square, g.floats(2 / (2 * n + 1))), sum), g.floats(1))
  const bell = g.node('Exp', [g.node('Neg', [square])])
  return g.mul(g.mul(g.mul(bounded, bell), sum), g.floats(2 / Math.sqrt(Math.PI)))
}
