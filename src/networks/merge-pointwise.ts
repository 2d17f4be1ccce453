import { intsOf, type Node } from '../onnx/node.js'
import { groupsOf, hasNoStride, isPlainConvolution } from './kernels.js'
import type { Rewriting } from './rewriting.js'

/**
 * Merges a convolution and one of single pixels behind it, with no more channels, into one: both are linear, so its kernel is
 * the product of theirs. Nothing else may use what lies between.
 */
export function mergePointwise(rewriting: Rewriting): void {
  for (const point of [...rewriting.graph.nodes]) {
    const before = isPointwise(point) ? rewriting.uses.onlyProducer(point.inputs[0]) : undefined
    if (before !== undefined && isPlainConvolution(before) && groupsOf(before) === 1)
      merge(rewriting, before, point)
  }
}

function isPointwise(node: Node): boolean {
  return (
    isPlainConvolution(node) &&
    hasNoStride(node) &&
    groupsOf(node) === 1 &&
    [...(intsOf(node, 'kernel_shape') ?? []), ...(intsOf(node, 'pads') ?? []).map((pad) => pad + 1)].every(
      (n) => n === 1,
    )
  )
}

function merge(rewriting: Rewriting, before: Node, point: Node): void {
  const { g } = rewriting
  const [kernel, mixing] = [before, point].map(({ inputs }) => rewriting.shapeOf(inputs[1]))
  const biases = [before.inputs[2], point.inputs[2]]
  if (kernel === undefined || mixing === undefined || mixing[0] > mixing[1]) return
  if (!biases.every((bias) => rewriting.isBias(bias))) return
  const [rows, inner] = mixing
  const matrix = g.reshape(point.inputs[1], [rows, inner])
  const product = g.node('MatMul', [matrix, g.reshape(before.inputs[1], [inner, -1])])
  const shape = [rows, ...kernel.slice(1)]
  const weight = rewriting.weight(g.reshape(product, shape), shape)
  const bias = rewriting.sum(biases[0] && g.node('MatMul', [matrix, biases[0]]), biases[1])
  if (bias !== undefined) rewriting.weight(bias, [rows])
  rewriting.replace([before, point], rewriting.relayer(before, point, weight, bias))
}
