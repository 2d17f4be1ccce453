import type { Value } from '../../onnx/graph-builder.js'
import { intOf, intsOf, stringOf } from '../../onnx/node.js'
import { axisOf, numbersIn } from '../../onnx/shapes/known.js'
import { sumTo } from '../broadcasting.js'
import type { Rule, RuleSite, Rules } from '../rule.js'

/** The same numbers in the shape that they had. */
const reshaped: Rule = ({ g, inputs: [x], dy }) => [g.reshapeLike(dy, x)]

function transpose({ g, node, inputs: [x], dy }: RuleSite): [Value] {
  const rank = g.rank(x)
  const perm = intsOf(node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
  return [
    g.transpose(
      dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ]
}

/** The repeats lie along axes of their own, over which the gradient is summed. */
function tile({ g, node, inputs: [x, repeats], dy }: RuleSite): [Value] {
  const counts = numbersIn(g.known(repeats))
  const parts =
    counts?.flatMap((count, axis) => [count, { of: x, axis }]) ??
    // How often is known only when the network runs: as often as the result is longer.
    g.staticShape(dy, node).flatMap((size, axis) => [size / g.staticShape(x, node)[axis], { of: x, axis }])
  const apart = g.reshapeTo(dy, g.sizes(parts))
  const axes = g.shape(x).map((_, axis) => 2 * axis)
  return [g.reshapeLike(g.sum(apart, axes, false), x)]
}

function depthToSpace({ g, node, dy }: RuleSite): [Value] {
  const blocksize = intOf(node, 'blocksize', 1)
  const back = g.node('SpaceToDepth', [dy], { blocksize })
  if (stringOf(node, 'mode', 'DCR') === 'DCR') return [back]
  // The channels of a pixel's block come next to each other instead of far apart.
  const area = blocksize * blocksize
  const image = [2, 3].map((axis) => ({ of: back, axis }))
  const apart = g.reshapeTo(back, g.sizes([{ of: back, axis: 0 }, area, -1, ...image]))
  const joined = g.transpose(apart, [0, 2, 1, 3, 4])
  return [g.reshapeTo(joined, g.sizes([{ of: back, axis: 0 }, -1, ...image]))]
}

/** Gives each output's gradient to its place; what nothing depends on gets zeros. */
const split: Rule = Object.assign(
  ({ g, node, outputs, gradients }: RuleSite): [Value] => {
    const pieces = outputs.map((output, i) => gradients[i] ?? g.zerosLike(output))
    return [g.node('Concat', pieces, { axis: axisOf(intOf(node, 'axis', 0), g.rank(outputs[0])) })]
  },
  { everyOutput: true as const },
)

function concat({ g, node, inputs, dy, wants }: RuleSite): (Value | undefined)[] {
  const axis = axisOf(intOf(node, 'axis', 0), g.rank(dy))
  const sizes = inputs.map((x) => g.shape(x)[axis])
  let from = g.ints([0])
  return inputs.map((x, i) => {
    const to = g.add(from, g.sizes([typeof sizes[i] === 'number' ? sizes[i] : { of: x, axis }]))
    const piece = wants(i) ? g.node('Slice', [dy, from, to, g.ints([axis])]) : undefined
    from = to
    return piece
  })
}

/** Operators that arrange the same numbers otherwise, or repeat them. */
export const RESHAPING: Rules = {
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Transpose: transpose,
  Expand: ({ g, inputs: [x], dy }) => [sumTo(g, dy, x)],
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: ({ g, node, dy }) => [
    g.node('DepthToSpace', [dy], { blocksize: intOf(node, 'blocksize', 1) }),
  ],
  Split: split,
  Concat: concat,
}
