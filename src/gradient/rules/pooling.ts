import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { intOf, intsOf, type Node, showNode } from '../../onnx/node.js'
import { countOf } from '../../onnx/shapes/known.js'
import { windowOf } from '../../onnx/shapes/window.js'
import type { BackwardGraph } from '../backward-graph.js'
import type { RuleSite, Rules } from '../rule.js'

/** From this operator set on scattered numbers are added up. */
const ADDS_UP = 16

function windowAt(g: BackwardGraph, node: Node, x: Value, y: Value) {
  const kernel = intsOf(node, 'kernel_shape') ?? []
  const window = windowOf(node, kernel, g.shape(x).slice(2))
  if (window.pads === undefined) g.staticShape(x, node, 2)
  const pads = [...(window.pads ?? [])]
  const asked = [...pads]
  // Sizes rounded up let windows reach beyond the padding.
  if (intOf(node, 'ceil_mode', 0) === 1) {
    const [lengths, places] = [g.staticShape(x, node, 2), g.staticShape(y, node, 2)]
    for (const [i, size] of kernel.entries()) {
      const reach = window.dilations[i] * (size - 1) + 1
      const needed = (places[i] - 1) * window.strides[i] + reach - lengths[i] - pads[i]
      pads[i + kernel.length] = Math.max(pads[i + kernel.length], needed)
    }
  }
  return { ...window, pads, asked }
}

/** How many numbers each place of an axis averages over. */
function counts(
  length: number,
  places: number,
  kernel: number,
  stride: number,
  dilation: number,
  from: number,
  to: number,
) {
  return Array.from({ length: places }, (_, place) => {
    let count = 0
    for (let tap = 0; tap < kernel; tap++) {
      const at = place * stride + tap * dilation
      if (at >= from && at < length + to) count++
    }
    return count
  })
}

/** Each number gets its share of every average that it is in: a transposed convolution with ones, map by map. */
function averagePool({ g, node, inputs: [x], outputs: [y], dy }: RuleSite): [Value] {
  const { kernel, strides, dilations, pads, asked } = windowAt(g, node, x, y)
  const count = kernel.length
  const area = kernel.reduce((a, b) => a * b, 1)
  const padding = intOf(node, 'count_include_pad', 0) === 1
  const even = padding ? pads.join() === asked.join() : pads.every((pad) => pad === 0)
  const [lengths, places] = [g.staticShape(x, node, 2), g.staticShape(dy, node, 2)]
  let share = g.scaled(dy, 1 / area)
  if (!even) {
    const perAxis = kernel.map((size, i) => {
      const [before, after] = [pads[i], asked[i + count]]
      const from = padding ? 0 : before
      const to = before + (padding ? after : 0)
      return counts(lengths[i], places[i], size, strides[i], dilations[i], from, to)
    })
    const product = perAxis.reduce<number[]>((all, axis) => all.flatMap((a) => axis.map((b) => a * b)), [1])
    share = g.div(dy, g.numbers(product, [1, 1, ...places], dy))
  }
  const maps = g.reshapeTo(share, g.sizes([-1, 1, ...kernel.map((_, i) => ({ of: share, axis: i + 2 }))]))
  const ones = g.numbers(new Array<number>(area).fill(1), [1, 1, ...kernel], dy)
  const rest = kernel.map((size, i) => {
    const reached = (places[i] - 1) * strides[i] + dilations[i] * (size - 1) + 1
    return lengths[i] + pads[i] + pads[i + count] - reached
  })
  const back = g.node('ConvTranspose', [maps, ones], {
    kernel_shape: kernel,
    strides,
    dilations,
    pads,
    output_padding: rest,
  })
  return [g.reshapeLike(back, x)]
}

/** The largest number of each window gets the gradient: the first of equals, which the operator itself tells. */
function maxPool({ g, node, inputs: [x], outputs: [y], dy }: RuleSite): [Value] {
  const { kernel, strides, dilations } = windowAt(g, node, x, y)
  const overlap = kernel.some((size, i) => dilations[i] * (size - 1) >= strides[i])
  if (intOf(node, 'storage_order', 0) !== 0 || (overlap && g.opset < ADDS_UP)) {
    throw new InputError(
      `the gradient of ${showNode(node)} has no form in operator set ${g.opset} with its windows`,
      g.graph.origin,
      `export it with operator set ${ADDS_UP} and row-major indices`,
    )
  }
  const at = g.nodeWithOutputs('MaxPool', [x], 2, node.attributes)[1]
  const flat = (value: Value) => g.reshapeTo(value, g.ints([-1]))
  const attributes = { axis: 0, ...(overlap && { reduction: 'add' }) }
  return [g.reshapeLike(g.node('ScatterElements', [g.zerosLike(flat(x)), flat(at), flat(dy)], attributes), x)]
}

function globalAverage({ g, inputs: [x], dy }: RuleSite): [Value] {
  const spatial = g.shape(x).slice(2)
  const area = countOf(spatial)
  if (typeof area === 'number') return [g.expandLike(g.scaled(dy, 1 / area), x)]
  const sizes = g.sizes(spatial.map((_, i) => ({ of: x, axis: i + 2 })))
  return [g.expandLike(g.div(dy, g.castLike(g.reduce('ReduceProd', sizes, [0], false), dy)), x)]
}

/** Those that equal the largest share its gradient. */
function globalMax({ g, inputs: [x], outputs: [y], dy }: RuleSite): [Value] {
  const chosen = g.castLike(g.node('Equal', [x, y]), dy)
  const axes = g
    .shape(x)
    .slice(2)
    .map((_, i) => i + 2)
  return [g.mul(g.div(dy, g.sum(chosen, axes)), chosen)]
}

/** Pools over windows and over whole maps. */
export const POOLING: Rules = {
  AveragePool: averagePool,
  MaxPool: maxPool,
  GlobalAveragePool: globalAverage,
  GlobalMaxPool: globalMax,
}
