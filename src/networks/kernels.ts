import { intOf, intsOf, type Node } from '../onnx/node.js'

const ones = (numbers: readonly number[]): boolean => numbers.every((n) => n === 1)

/** Whether a node is a convolution over two axes with nothing dilated and padding that is said. */
export function isPlainConvolution(node: Node): boolean {
  return (
    node.opType === 'Conv' &&
    node.attributes.auto_pad === undefined &&
    intsOf(node, 'kernel_shape')?.length === 2 &&
    ones(intsOf(node, 'dilations') ?? [])
  )
}

/** Whether it keeps its map's middle: odd kernels with as much padding. */
export function isCentred(node: Node): boolean {
  if (!isPlainConvolution(node)) return false
  const half = (intsOf(node, 'kernel_shape') ?? []).map((size) => (size - 1) / 2)
  const pads = intsOf(node, 'pads') ?? [0, 0, 0, 0]
  return [...half, ...half].every((n, i) => n === pads[i])
}

export const hasNoStride = (node: Node): boolean => ones(intsOf(node, 'strides') ?? [])
export const groupsOf = (node: Node): number => intOf(node, 'group', 1)
