import { computed, plus } from '../dimension.js'
import { intsOf, type Node, stringOf } from '../node.js'
import type { Dimension } from '../port.js'

/** The window of a convolution or pool along its spatial axes. */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** beginnings, then ends; undefined where they follow from sizes that aren't known */
  readonly pads: readonly number[] | undefined
}

/** No window is larger: a file that asks for one is damaged. */
const MOST_TAPS = 2 ** 20

/**
 * Throws a RangeError for a kernel that can't be.
 * @param spatial sizes of the axes that the window moves over
 */
export function windowOf(node: Node, kernel: readonly number[], spatial: readonly Dimension[]): Window {
  if (!kernel.every((size) => size >= 1) || kernel.reduce((a, b) => a * b, 1) > MOST_TAPS)
    throw new RangeError(`a kernel of [${kernel.join(', ')}]`)
  const ones = kernel.map(() => 1)
  const strides = intsOf(node, 'strides') ?? ones
  const dilations = intsOf(node, 'dilations') ?? ones
  const auto = stringOf(node, 'auto_pad', 'NOTSET')
  if (auto === 'NOTSET' || auto === 'VALID') {
    const zeros = [...kernel, ...kernel].map(() => 0)
    return { kernel, strides, dilations, pads: auto === 'VALID' ? zeros : (intsOf(node, 'pads') ?? zeros) }
  }
  const totals = kernel.map((size, i) => {
    const length = spatial[i]
    if (strides[i] === 1) return dilations[i] * (size - 1)
    if (typeof length !== 'number') return undefined
    return Math.max(
      0,
      (Math.ceil(length / strides[i]) - 1) * strides[i] + dilations[i] * (size - 1) + 1 - length,
    )
  })
  if (totals.some((total) => total === undefined)) return { kernel, strides, dilations, pads: undefined }
  const small = totals.map((total) => Math.floor((total as number) / 2))
  const large = totals.map((total) => Math.ceil((total as number) / 2))
  const pads = auto === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small]
  return { kernel, strides, dilations, pads }
}

/** How many places a window has along an axis. */
export function slid(
  length: Dimension,
  { kernel, strides, dilations, pads }: Window,
  axis: number,
  roundUp: boolean,
): Dimension {
  const reach = dilations[axis] * (kernel[axis] - 1) + 1
  if (pads === undefined) return computed(`ceil(${length}/${strides[axis]})`)
  const spare = pads[axis] + pads[axis + kernel.length] - reach
  if (typeof length === 'string') {
    if (strides[axis] === 1) return plus(length, spare + 1)
    return computed(`${roundUp ? 'ceil' : 'floor'}((${length}+${spare})/${strides[axis]})+1`)
  }
  const steps = (length + spare) / strides[axis]
  const count = (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1
  // A window that begins in the padding behind the last number is left out.
  return roundUp && (count - 1) * strides[axis] >= length + pads[axis] ? count - 1 : count
}
