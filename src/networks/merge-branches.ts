import type { Graph } from '../onnx/graph.js'
import { intOf, intsOf, type Node } from '../onnx/node.js'
import { exactFloats, type Tensor } from '../onnx/tensor.js'
import { replaceWeights, type Scaling, scalingOf } from './fold-normalisation.js'
import { GraphUses } from './graph-uses.js'

/**
 * Merges convolutions of the same map whose results are added into one (RepVGG's blocks): a smaller kernel stands in the
 * middle of the larger, and a normalisation of the map itself is a kernel of one number. Normalisation behind convolutions
 * must be folded before. Cost: nodes times sums.
 */
export function mergeBranches(graph: Graph): void {
  for (const sum of [...graph.nodes]) {
    if (sum.opType !== 'Add') continue
    const uses = new GraphUses(graph)
    const [a, b] = sum.inputs.map((name) => uses.onlyProducer(name))
    if (a !== undefined && b !== undefined && !merge(graph, uses, sum, a, b)) merge(graph, uses, sum, b, a)
  }
  graph.removeUnused()
}

/** What is added to a convolution's kernel, and to its bias. */
interface Branch {
  addTo(kernel: Float32Array): void
  summand(): Float32Array | undefined
}

function merge(graph: Graph, uses: GraphUses, sum: Node, main: Node, other: Node): boolean {
  const weight = centred(main) ? uses.ownTensor(main.inputs[1]) : undefined
  if (weight === undefined || main.inputs[0] !== other.inputs[0]) return false
  const branch = convolution(uses, main, weight, other) ?? identity(graph, main, weight, other)
  if (branch === undefined) return false
  const bias = uses.ownTensor(main.inputs[2])
  if (main.inputs[2] !== undefined && bias === undefined) return false
  const rows = weight.shape[0]
  // The sum's results are made where the convolution stands; the other branch is then of no use.
  replaceWeights(graph, main, sum, {
    weight() {
      const kernel = Float32Array.from(exactFloats(weight))
      branch.addTo(kernel)
      return kernel
    },
    bias() {
      const added = branch.summand()
      const own = bias === undefined ? new Float32Array(rows) : exactFloats(bias)
      return own.map((value, i) => value + (added?.[i] ?? 0))
    },
    rows,
  })
  return true
}

/** Whether a convolution keeps its map's middle: odd kernels with as much padding, nothing dilated. */
function centred(node: Node): boolean {
  const kernel = intsOf(node, 'kernel_shape') ?? []
  const pads = intsOf(node, 'pads') ?? kernel.flatMap(() => [0, 0])
  const isPlain = (intsOf(node, 'dilations') ?? [1]).every((n) => n === 1)
  const half = kernel.map((size) => (size - 1) / 2)
  return (
    node.opType === 'Conv' &&
    kernel.length === 2 &&
    isPlain &&
    [...half, ...half].every((n, i) => n === pads[i])
  )
}

/** A convolution with a kernel no larger, which moves alike. */
function convolution(uses: GraphUses, main: Node, weight: Tensor, other: Node): Branch | undefined {
  const kernel = centred(other) ? uses.ownTensor(other.inputs[1]) : undefined
  if (kernel === undefined || intOf(main, 'group', 1) !== intOf(other, 'group', 1)) return undefined
  const [large, small] = [weight.shape.slice(2), kernel.shape.slice(2)]
  const strides = [main, other].map((node) => String(intsOf(node, 'strides') ?? [1, 1]))
  if (strides[0] !== strides[1] || small.some((size, i) => size > large[i])) return undefined
  const bias = uses.ownTensor(other.inputs[2])
  if (other.inputs[2] !== undefined && bias === undefined) return undefined
  return {
    addTo(sum) {
      const [top, left] = large.map((size, i) => (size - small[i]) / 2)
      const area = small[0] * small[1]
      for (const [i, value] of exactFloats(kernel).entries()) {
        const [row, column] = [Math.floor((i % area) / small[1]), i % small[1]]
        sum[(Math.floor(i / area) * large[0] + top + row) * large[1] + left + column] += value
      }
    },
    summand: () => (bias === undefined ? undefined : exactFloats(bias)),
  }
}

/** A normalisation of the map, where the convolution has as many channels and doesn't stride. */
function identity(graph: Graph, main: Node, weight: Tensor, other: Node): Branch | undefined {
  const scaling: Scaling | undefined = scalingOf(graph, other)
  const [rows, groupWidth, height, width] = weight.shape
  const strides = intsOf(main, 'strides') ?? [1]
  if (scaling === undefined || strides.some((n) => n !== 1)) return undefined
  if (rows !== groupWidth * intOf(main, 'group', 1)) return undefined
  const middle = (height * width - 1) / 2
  return {
    addTo(sum) {
      for (const [channel, factor] of scaling.factor().entries()) {
        sum[(channel * groupWidth + (channel % groupWidth)) * height * width + middle] += factor
      }
    },
    summand: () => scaling.summand(),
  }
}
