import type { Value } from '../onnx/graph-builder.js'
import { intsOf, type Node } from '../onnx/node.js'
import { scalingOf } from './fold-normalisation.js'
import { groupsOf, hasNoStride, isCentred } from './kernels.js'
import type { Rewriting } from './rewriting.js'

/**
 * Merges what is computed of one map and added into one convolution (RepVGG's blocks): a smaller kernel stands in the
 * middle of the larger, and the map itself, normalised or not, is a kernel of one number. Normalisation behind convolutions
 * must be folded before. Cost: nodes times sums.
 */
export function mergeBranches(rewriting: Rewriting): void {
  for (const sum of [...rewriting.graph.nodes]) {
    if (sum.opType !== 'Add') continue
    const [a, b] = sum.inputs
    if (!merge(rewriting, sum, a, b)) merge(rewriting, sum, b, a)
  }
}

/** What is added to a convolution's kernel, and to its bias. */
interface Branch {
  readonly kernel: Value
  /** height and width */
  readonly size: readonly number[]
  readonly bias: Value | undefined
  /** the node that isn't needed then */
  readonly node?: Node
}

function merge(rewriting: Rewriting, sum: Node, first: Value, second: Value): boolean {
  const main = rewriting.uses.onlyProducer(first)
  if (main === undefined || !isCentred(main)) return false
  const [, weight, bias] = main.inputs
  const shape = rewriting.shapeOf(weight)
  if (shape === undefined || !rewriting.isBias(bias)) return false
  const branch = convolution(rewriting, main, shape, second) ?? identity(rewriting, main, shape, second)
  if (branch === undefined) return false
  const { g } = rewriting
  const [height, width] = shape.slice(2).map((size, i) => (size - branch.size[i]) / 2)
  const pads = g.ints([0, 0, height, width, 0, 0, height, width])
  const padded = height + width === 0 ? branch.kernel : g.node('Pad', [branch.kernel, pads])
  const kernel = rewriting.weight(g.add(weight, padded), shape)
  const summed = rewriting.sum(bias, branch.bias)
  if (summed !== undefined) rewriting.weight(summed, [shape[0]])
  const gone = branch.node === undefined ? [main, sum] : [main, branch.node, sum]
  rewriting.replace(gone, rewriting.relayer(main, sum, kernel, summed))
  return true
}

/** A convolution of the same map with a kernel no larger, which moves alike. */
function convolution(
  rewriting: Rewriting,
  main: Node,
  [, , ...large]: readonly number[],
  name: Value,
): Branch | undefined {
  const node = rewriting.uses.onlyProducer(name)
  if (node === undefined || !isCentred(node) || node.inputs[0] !== main.inputs[0]) return undefined
  const [, kernel, bias] = node.inputs
  const size = rewriting.shapeOf(kernel)?.slice(2)
  const strides = [main, node].map((each) => String(intsOf(each, 'strides') ?? [1, 1]))
  if (size === undefined || !rewriting.isBias(bias) || groupsOf(main) !== groupsOf(node)) return undefined
  if (strides[0] !== strides[1] || size.some((n, i) => n > large[i])) return undefined
  return { kernel, size, bias: bias || undefined, node }
}

/** The map itself, or its normalisation, where the convolution has as many channels and doesn't stride. */
function identity(
  rewriting: Rewriting,
  main: Node,
  [rows, groupWidth]: readonly number[],
  name: Value,
): Branch | undefined {
  const { g } = rewriting
  if (!hasNoStride(main) || rows !== groupWidth * groupsOf(main)) return undefined
  const size = [1, 1]
  if (name === main.inputs[0])
    return { kernel: unitKernel(rewriting, rows, groupWidth), size, bias: undefined }
  const node = rewriting.uses.onlyProducer(name)
  if (node === undefined || node.inputs[0] !== main.inputs[0]) return undefined
  const scaling = scalingOf(rewriting, node)?.()
  if (scaling === undefined) return undefined
  const kernel = g.mul(unitKernel(rewriting, rows, groupWidth), rewriting.perRow(scaling.factor, 4))
  return { kernel, size, bias: scaling.summand, node }
}

/** The kernel [rows, groupWidth, 1, 1] that gives each channel back. */
function unitKernel({ g }: Rewriting, rows: number, groupWidth: number): Value {
  const zeros = g.node('Expand', [g.floats(0), g.ints([groupWidth, groupWidth])])
  const unit = g.node('EyeLike', [zeros])
  const groups = rows / groupWidth
  return g.reshape(groups === 1 ? unit : g.node('Tile', [unit, g.ints([groups, 1])]), [
    rows,
    groupWidth,
    1,
    1,
  ])
}
