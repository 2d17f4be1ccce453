import type { Value } from '../graph-builder.js'
import type { Node } from '../node.js'
import type { BlockedBuilder } from './blocked-builder.js'

/** Whether a value is what a convolution of maps in blocks is by. */
export function isWholeFilter(g: BlockedBuilder, user: Node, name: Value): boolean {
  const [outputs, inputs] = g.mapShape(name) ?? []
  return (
    user.opType === 'Conv' &&
    user.inputs[1] === name &&
    user.inputs[0] !== name &&
    outputs % g.block === 0 &&
    inputs % g.block === 0
  )
}

/**
 * Kernels [out, in, height, width] in blocks: [out / block, in / block, height, width, block of in, block of out], or
 * [out / block, in, height, width, block] for a few channels. In two steps, of which each moves what lies together.
 */
export function filterOf(g: BlockedBuilder, w: Value, few: boolean): Value {
  const { block } = g
  const shape = g.mapShape(w) ?? []
  const [outputs, inputs, height, width] = shape
  const places = height * width
  const of = g.exchangedOf(w)
  if (of !== undefined && !few) {
    const blocks = g.reshape(g.blocked(of), [inputs / block, block, outputs / block, places, block])
    return g.reshape(g.transpose(blocks, [2, 0, 3, 1, 4]), shape)
  }
  const apart = g.reshape(g.plain(w), [outputs / block, block, inputs * places])
  const last = g.transpose(apart, [0, 2, 1])
  if (few) return g.reshape(last, shape)
  const blocks = g.reshape(last, [outputs / block, inputs / block, block, places, block])
  return g.reshape(g.transpose(blocks, [0, 1, 3, 2, 4]), shape)
}
