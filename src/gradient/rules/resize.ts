import { InputError } from '../../errors.js'
import type { Value } from '../../onnx/graph-builder.js'
import { type Interpolation, interpolationMatrix, interpolationOf } from '../../onnx/interpolation.js'
import { intOf, intsOf, showNode, stringOf } from '../../onnx/node.js'
import { axisOf, numbersIn } from '../../onnx/shapes/known.js'
import type { RuleSite, Rules } from '../rule.js'
import { alongAxis } from './selection.js'

/**
 * Resizing is a linear map along each axis: the gradient goes back through its transpose. Where each number was only
 * repeated, its copies are summed.
 */
function resize(site: RuleSite): [Value] {
  const { g, node, inputs, outputs, dy } = site
  const [x] = inputs
  const [from, to] = [g.shape(x), g.shape(outputs[0])]
  const axes = intsOf(node, 'axes')?.map((axis) => axisOf(axis, from.length)) ?? from.map((_, i) => i)
  const scales = numbersIn(inputs[2] ? g.known(inputs[2]) : undefined)
  let back = dy
  for (const [i, axis] of axes.entries()) {
    const scale = scales?.[i]
    if (from[axis] === to[axis] && (scale === undefined || scale === 1)) continue
    if (scale !== undefined && Number.isInteger(scale) && repeats(site, scale)) {
      back = summedRepeats(site, back, axis, scale)
      continue
    }
    const [before, after] = [g.staticSize(x, axis), g.staticSize(outputs[0], axis)]
    const matrix = interpolationMatrix(before, after, scale ?? after / before, interpolationAt(site))
    back = alongAxis(g, back, axis, g.numbers(matrix, [after, before], dy))
  }
  return [back]
}

function interpolationAt({ g, node }: RuleSite): Interpolation {
  const interpolation = interpolationOf(node)
  if (interpolation !== undefined) return interpolation
  const how =
    intOf(node, 'antialias', 0) === 1 ? 'antialias' : stringOf(node, 'coordinate_transformation_mode', '')
  throw new InputError(
    `no rule for the gradient of ${showNode(node)} with ${how}`,
    g.graph.origin,
    'export it without',
  )
}

/** Whether each number is only repeated `scale` times. */
function repeats(site: RuleSite, scale: number): boolean {
  const interpolation = interpolationAt(site)
  if (interpolation.mode !== 'nearest') return false
  const [before, after] = [5, 5 * scale]
  const matrix = interpolationMatrix(before, after, scale, interpolation)
  return matrix.every(
    (weight, i) => weight === (Math.floor(Math.floor(i / before) / scale) === i % before ? 1 : 0),
  )
}

function summedRepeats({ g }: RuleSite, dy: Value, axis: number, scale: number): Value {
  const sizes = g.shape(dy).map((_, i) => ({ of: dy, axis: i }))
  const apart = g.reshapeTo(dy, g.sizes([...sizes.slice(0, axis), -1, scale, ...sizes.slice(axis + 1)]))
  return g.sum(apart, [axis + 1], false)
}

/** Operators that change the size of an image. */
export const RESIZE: Rules = { Resize: resize }
