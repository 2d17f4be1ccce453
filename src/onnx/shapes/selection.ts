import { computed, dividedBy, plus } from '../dimension.js'
import { intOf, intsOf } from '../node.js'
import type { Dimension } from '../port.js'
import { axesOf } from './axes.js'
import {
  axisOf,
  countOf,
  type Known,
  known,
  numbersIn,
  rearranged,
  type ShapeRule,
  type Site,
  typeOf,
} from './known.js'

/** What a Slice takes of each axis: start, step and number of elements. */
export interface AxisSlice {
  readonly axis: number
  readonly start: number
  readonly step: number
  readonly size: Dimension
}

/** The slices of a Slice, where its starts and steps are known. */
export function slicesOf({ node, inputs }: Site): AxisSlice[] | undefined {
  const [x] = inputs
  const starts = intsOf(node, 'starts') ?? numbersIn(inputs[1])
  const ends = intsOf(node, 'ends') ?? inputs[2]?.value
  if (x?.shape === undefined || starts === undefined || ends === undefined) return undefined
  const { shape } = x
  const axes = intsOf(node, 'axes') ?? numbersIn(inputs[3]) ?? starts.map((_, i) => i)
  const steps = inputs[4] === undefined ? starts.map(() => 1) : numbersIn(inputs[4])
  if (steps === undefined) return undefined
  const slices: AxisSlice[] = []
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, shape.length)
    const slice = sliceOf(shape[axis], starts[i], ends[i], steps[i])
    if (slice === undefined) return undefined
    slices.push({ axis, ...slice })
  }
  return slices
}

function sliceOf(
  total: Dimension,
  start: number,
  end: Dimension,
  step: number,
): Omit<AxisSlice, 'axis'> | undefined {
  if (typeof total === 'string') {
    if (start < 0 || step !== 1) return undefined
    if (end === total || (typeof end === 'number' && end >= 2 ** 31 - 1))
      return { start, step, size: plus(total, -start) }
    return { start, step, size: computed(`${total}[${start}:${end}]`) }
  }
  if (typeof end === 'string') return { start, step, size: computed(`${total}[${start}:${end}]`) }
  const bound = (at: number, low: number, high: number) =>
    Math.min(high, Math.max(low, at < 0 ? at + total : at))
  if (step > 0) {
    const from = bound(start, 0, total)
    return { start: from, step, size: Math.max(0, Math.ceil((bound(end, 0, total) - from) / step)) }
  }
  const from = bound(start, 0, total - 1)
  const to = end < -total ? -1 : bound(end, -1, total - 1)
  return { start: from, step, size: Math.max(0, Math.ceil((to - from) / step)) }
}

function slice(site: Site): Known {
  const [x] = site.inputs
  const slices = slicesOf(site)
  if (x?.shape === undefined) return known(typeOf(x), undefined)
  const shape = [...x.shape]
  if (slices === undefined) {
    const axes = axesOf(site, 3) ?? shape.map((_, i) => i)
    for (const axis of axes)
      shape[axisOf(axis, shape.length)] = computed(`${site.node.outputs[0]}.${axisOf(axis, shape.length)}`)
    return known(x.type, shape)
  }
  for (const { axis, size } of slices) shape[axis] = size
  const taken = rearranged(x, shape, (place) =>
    slices.reduce((at, { axis, start, step }) => at.with(axis, start + place[axis] * step), [...place]),
  )
  return known(x.type, shape, taken)
}

function gather({ node, inputs: [x, indices] }: Site): Known {
  if (x?.shape === undefined || indices?.shape === undefined) return known(typeOf(x), undefined)
  const axis = axisOf(intOf(node, 'axis', 0), x.shape.length)
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  const at = numbersIn(indices)
  const size = x.shape[axis]
  if (at === undefined || typeof size !== 'number') return known(x.type, shape)
  const count = indices.shape.length
  const taken = rearranged(x, shape, (place) => {
    const which = place
      .slice(axis, axis + count)
      .reduce((sum, position, i) => sum * (indices.shape?.[i] as number) + position, 0)
    return [...place.slice(0, axis), axisOf(at[which], size), ...place.slice(axis + count)]
  })
  return known(x.type, shape, taken)
}

function concat({ node, inputs }: Site): Known {
  const shapes = inputs.map((input) => input?.shape)
  const first = shapes[0]
  const type = typeOf(inputs[0])
  if (first === undefined || shapes.some((shape) => shape === undefined)) return known(type, undefined)
  const axis = axisOf(intOf(node, 'axis', 0), first.length)
  const shape = first.map((size, i) =>
    i === axis
      ? shapes.reduce<Dimension>((sum, each) => plus(sum, each?.[axis] ?? 0), 0)
      : ((shapes.find((each) => typeof each?.[i] === 'number') ?? first)[i] ?? size),
  )
  return known(type, shape, joined(inputs, axis))
}

/** The numbers of tensors put together along an axis: row after row, from each tensor its part. */
function joined(inputs: readonly (Known | undefined)[], axis: number): readonly Dimension[] | undefined {
  const parts = inputs.map((input) => {
    const width = input?.shape === undefined ? undefined : countOf(input.shape.slice(axis))
    return typeof width === 'number' && input?.value !== undefined ? { width, value: input.value } : undefined
  })
  const first = parts.find((part) => part !== undefined && part.width > 0)
  if (first === undefined || parts.some((part) => part === undefined)) return undefined
  const rows = first.value.length / first.width
  return Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part) => part?.value.slice(row * part.width, (row + 1) * part.width) ?? []),
  ).flat()
}

function split(site: Site): Known[] {
  const { node, inputs } = site
  const [x] = inputs
  const { length } = node.outputs
  if (x?.shape === undefined) return node.outputs.map(() => known(typeOf(x), undefined))
  const axis = axisOf(intOf(node, 'axis', 0), x.shape.length)
  const given = intsOf(node, 'split') ?? numbersIn(inputs[1])
  const total = x.shape[axis]
  return node.outputs.map((output, i) => {
    const even = typeof total === 'number' ? Math.ceil(total / length) : undefined
    const size =
      given?.[i] ??
      (even === undefined || inputs[1] !== undefined
        ? (dividedBy(total, length) ?? computed(`${output}.size`))
        : Math.min(even, (total as number) - i * even))
    return known(typeOf(x), x.shape?.with(axis, size))
  })
}

/** Beginnings and ends that a Pad adds to each axis, where they are known. */
export function padsOf(site: Site): readonly number[] | undefined {
  const { node, inputs } = site
  const given = intsOf(node, 'pads') ?? numbersIn(inputs[1])
  const rank = inputs[0]?.shape?.length
  if (given === undefined || rank === undefined) return undefined
  if (inputs[3] === undefined) return given
  const axes = numbersIn(inputs[3])?.map((axis) => axisOf(axis, rank))
  if (axes === undefined) return undefined
  const pads = new Array<number>(2 * rank).fill(0)
  for (const [i, axis] of axes.entries()) {
    pads[axis] = given[i]
    pads[axis + rank] = given[i + axes.length]
  }
  return pads
}

function pad(site: Site): Known {
  const [x] = site.inputs
  const pads = padsOf(site)
  if (x?.shape === undefined) return known(typeOf(x), undefined)
  const rank = x.shape.length
  return known(
    x.type,
    x.shape.map((size, i) =>
      pads === undefined ? computed(`${site.node.outputs[0]}.${i}`) : plus(size, pads[i] + pads[i + rank]),
    ),
  )
}

/** Operators that take numbers out, or put them together. */
export const SELECTION: Readonly<Record<string, ShapeRule>> = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: ({ inputs: [x, indices] }) => known(typeOf(x), indices?.shape),
  GatherND: ({ node, inputs: [x, indices] }) => {
    const last = indices?.shape?.at(-1)
    if (x?.shape === undefined || indices?.shape === undefined || typeof last !== 'number')
      return known(typeOf(x), undefined)
    const lead = indices.shape.slice(0, -1)
    return known(x.type, [...lead, ...x.shape.slice(last + intOf(node, 'batch_dims', 0))])
  },
  Pad: pad,
}
