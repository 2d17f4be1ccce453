import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { intOf, intsOf, type Node, showNode, stringOf } from '../../onnx/node.js'
import type { Dimension } from '../../onnx/port.js'
import { isStatic } from '../../onnx/shapes/inference.js'
import { windowOf } from '../../onnx/shapes/window.js'
import type { BackwardGraph } from '../backward-graph.js'
import type { RuleSite, Rules } from '../rule.js'
import { type PlacedWindow, weightGradient } from './convolution-weight.js'

/** @param moving what the window moves over */
function windowAt(g: BackwardGraph, node: Node, w: Value, moving: Value): PlacedWindow {
  const kernel = intsOf(node, 'kernel_shape') ?? g.staticShape(w, node, 2)
  const window = windowOf(node, kernel, g.shape(moving).slice(2))
  if (window.pads === undefined) g.staticShape(moving, node, 2)
  return { ...window, pads: window.pads ?? [], groups: intOf(node, 'group', 1) }
}

const settings = ({ kernel, strides, pads, dilations, groups }: PlacedWindow) => ({
  kernel_shape: kernel,
  strides,
  pads,
  dilations,
  group: groups,
})

/**
 * Kernels [out, in / groups, ..] as those that carry the gradient back, [in, out / groups, ..], each turned around.
 */
function turnedKernels(g: BackwardGraph, w: Value, { kernel, groups }: PlacedWindow): Value {
  const spatial = kernel.map((_, i) => i)
  const grouped = g.reshapeTo(w, g.sizes([groups, -1, { of: w, axis: 1 }, ...kernel]))
  const exchanged = g.transpose(grouped, [0, 2, 1, ...spatial.map((i) => i + 3)])
  const [inputs, outputs] = [-1, g.staticSize(w, 0) / groups]
  const taps = kernel.reduce((a, b) => a * b, 1)
  if (taps === 1) return g.reshapeTo(exchanged, g.ints([inputs, outputs, ...kernel]))
  // All taps in one axis: turned around as one list, which is faster than axis by axis.
  const listed = g.reshapeTo(exchanged, g.ints([inputs, outputs, taps]))
  const turned = g.node('Slice', [listed, g.ints([-1]), g.ints([-(2 ** 31)]), g.ints([2]), g.ints([-1])])
  return g.reshapeTo(turned, g.ints([inputs, outputs, ...kernel]))
}

/** The gradient with respect to what a convolution goes over. */
function inputGradient(
  g: BackwardGraph,
  node: Node,
  x: Value,
  w: Value,
  dy: Value,
  window: PlacedWindow,
): Value {
  const { kernel, strides, dilations, pads } = window
  const count = kernel.length
  const reach = kernel.map((size, i) => dilations[i] * (size - 1))
  const ends = [...reach, ...reach].map((size, i) => size - pads[i])
  // A convolution with the kernels turned around: faster than a transposed one.
  if (strides.every((stride) => stride === 1) && ends.every((pad) => pad >= 0)) {
    return g.node('Conv', [dy, turnedKernels(g, w, window)], settings({ ...window, pads: ends }))
  }
  const lengths: readonly Dimension[] = g.shape(x).slice(2)
  const outputs: readonly Dimension[] = g.shape(dy).slice(2)
  if (!isStatic(lengths) || !isStatic(outputs)) return trimmed(g, x, w, dy, window)
  // What a stride left over at the end gets zeros.
  const rest = lengths.map(
    (length, i) => length + pads[i] + pads[i + count] - ((outputs[i] - 1) * strides[i] + reach[i] + 1),
  )
  if (rest.some((left, i) => left < 0 || left >= Math.max(strides[i], dilations[i]))) {
    throw new InputError(
      `the gradient of ${showNode(node)} has no form for its padding`,
      g.graph.origin,
      'export it with a padding smaller than its kernel',
    )
  }
  return g.node('ConvTranspose', [dy, w], { ...settings(window), output_padding: rest })
}

/** The same where sizes are known only when the network runs: zeros are added and padding is cut off by sizes read off. */
function trimmed(g: BackwardGraph, x: Value, w: Value, dy: Value, window: PlacedWindow): Value {
  const { kernel, pads } = window
  const count = kernel.length
  const whole = g.node('ConvTranspose', [dy, w], { ...settings(window), pads: pads.map(() => 0) })
  const axes = kernel.map((_, i) => i + 2)
  const before = g.ints(pads.slice(0, count))
  const sizes = (of: Value) => g.sizes(axes.map((axis) => ({ of, axis })))
  const end = g.add(sizes(x), before)
  const missing = g.node('Max', [g.sub(end, sizes(whole)), g.ints([0])])
  const zeros = g.ints(new Array<number>(count + 4).fill(0))
  const filled = g.node('Pad', [whole, g.node('Concat', [zeros, missing], { axis: 0 })])
  return g.node('Slice', [filled, before, end, g.ints(axes)])
}

/** All but the channels: what a bias is summed over. */
const biasGradient = (g: BackwardGraph, dy: Value): Value =>
  g.sum(
    dy,
    g
      .shape(dy)
      .map((_, i) => i)
      .filter((i) => i !== 1),
    false,
  )

function conv({ g, node, inputs: [x, w], dy, wants }: RuleSite): (Value | undefined)[] {
  const window = windowAt(g, node, w, x)
  return [
    wants(0) ? inputGradient(g, node, x, w, dy, window) : undefined,
    wants(1) ? weightGradient(g, x, dy, window) : undefined,
    wants(2) ? biasGradient(g, dy) : undefined,
  ]
}

/** A transposed convolution is what carries a convolution's gradient back: the two change places. */
function convTranspose({ g, node, inputs: [x, w], dy, wants }: RuleSite): (Value | undefined)[] {
  if (stringOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET' || node.attributes.output_shape !== undefined) {
    throw new InputError(
      `the gradient of ${showNode(node)} needs its pads`,
      g.graph.origin,
      'export it with pads instead of auto_pad or output_shape',
    )
  }
  const window = windowAt(g, node, w, dy)
  return [
    wants(0) ? g.node('Conv', [dy, w], settings(window)) : undefined,
    wants(1) ? weightGradient(g, dy, x, window) : undefined,
    wants(2) ? biasGradient(g, dy) : undefined,
  ]
}

/** Convolutions over any number of axes. */
export const CONVOLUTION: Rules = { Conv: conv, ConvTranspose: convTranspose }
