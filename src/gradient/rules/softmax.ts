import type { Value } from '../../onnx/graph-builder.js'
import { intOf } from '../../onnx/node.js'
import { axisOf } from '../../onnx/shapes/known.js'
import type { RuleSite, Rules } from '../rule.js'

/** The axes that numbers sum to 1 over: one; before operator set 13 all from that one on. */
function axesOf({ g, node, inputs: [x] }: RuleSite): number[] {
  const rank = g.rank(x)
  const axis = axisOf(intOf(node, 'axis', g.opset >= 13 ? -1 : 1), rank)
  return g.opset >= 13 ? [axis] : Array.from({ length: rank - axis }, (_, i) => axis + i)
}

function softmax(site: RuleSite): [Value] {
  const { g, outputs, dy } = site
  const [y] = outputs
  return [g.mul(y, g.sub(dy, g.sum(g.mul(dy, y), axesOf(site))))]
}

function logSoftmax(site: RuleSite): [Value] {
  const { g, outputs, dy } = site
  return [g.sub(dy, g.mul(g.node('Exp', [outputs[0]]), g.sum(dy, axesOf(site))))]
}

/** Numbers made to sum to 1. */
export const SOFTMAX: Rules = { Softmax: softmax, LogSoftmax: logSoftmax }
