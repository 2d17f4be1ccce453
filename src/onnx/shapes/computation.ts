import { computed, plus, times } from '../dimension.js'
import { elementTypeOf } from '../element-types.js'
import { intOf, intsOf, stringOf } from '../node.js'
import type { Dimension } from '../port.js'
import { axesOf, hasAxes } from './axes.js'
import {
  axisOf,
  broadcast,
  type Known,
  known,
  MOST_AXES,
  numbersIn,
  type ShapeRule,
  type Site,
  typeOf,
} from './known.js'
import { slid, windowOf } from './window.js'

const numeric = (sizes: readonly Dimension[] | undefined): readonly number[] | undefined =>
  sizes?.every((size) => typeof size === 'number') ? (sizes as number[]) : undefined

function conv({ node, inputs: [x, w] }: Site): Known {
  const kernel = intsOf(node, 'kernel_shape') ?? numeric(w?.shape?.slice(2))
  if (x?.shape === undefined || w?.shape === undefined || kernel === undefined)
    return known(typeOf(x), undefined)
  const spatial = x.shape.slice(2)
  const window = windowOf(node, kernel, spatial)
  return known(x.type, [
    x.shape[0],
    w.shape[0],
    ...spatial.map((length, axis) => slid(length, window, axis, false)),
  ])
}

function convTranspose({ node, inputs: [x, w] }: Site): Known {
  const kernel = intsOf(node, 'kernel_shape') ?? numeric(w?.shape?.slice(2))
  if (x?.shape === undefined || w?.shape === undefined || kernel === undefined)
    return known(typeOf(x), undefined)
  const fixed = intsOf(node, 'output_shape')
  const extra = intsOf(node, 'output_padding') ?? kernel.map(() => 0)
  const { strides, dilations, pads } = windowOf(
    { ...node, attributes: { ...node.attributes, auto_pad: 'NOTSET' } },
    kernel,
    [],
  )
  const same = stringOf(node, 'auto_pad', 'NOTSET').startsWith('SAME')
  const spatial = x.shape.slice(2).map((length, i) => {
    if (fixed !== undefined) return fixed[i]
    if (same) return times(length, strides[i])
    const added =
      extra[i] + dilations[i] * (kernel[i] - 1) + 1 - (pads?.[i] ?? 0) - (pads?.[i + kernel.length] ?? 0)
    return plus(times(length, strides[i]), added - strides[i])
  })
  return known(x.type, [x.shape[0], times(w.shape[1], intOf(node, 'group', 1)), ...spatial])
}

function pool({ node, inputs: [x] }: Site): readonly Known[] {
  const kernel = intsOf(node, 'kernel_shape') ?? []
  const { shape } = x ?? {}
  if (shape === undefined) return [known(typeOf(x), undefined), known('int64', undefined)]
  const window = windowOf(node, kernel, shape.slice(2))
  const up = intOf(node, 'ceil_mode', 0) === 1
  const out = [...shape.slice(0, 2), ...shape.slice(2).map((length, axis) => slid(length, window, axis, up))]
  return [known(typeOf(x), out), known('int64', out)]
}

const globalPool: ShapeRule = ({ inputs: [x] }) =>
  known(
    typeOf(x),
    x?.shape?.map((size, axis) => (axis < 2 ? size : 1)),
  )

function matMul({ inputs: [a, b] }: Site): Known {
  if (a?.shape === undefined || b?.shape === undefined) return known(typeOf(a), undefined)
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape
  const lead = broadcast(left.slice(0, -2), right.slice(0, -2)) ?? []
  const rows = a.shape.length === 1 ? [] : [left[left.length - 2]]
  const columns = b.shape.length === 1 ? [] : [right[right.length - 1]]
  return known(a.type, [...lead, ...rows, ...columns])
}

function gemm({ node, inputs: [a, b] }: Site): Known {
  if (a?.shape === undefined || b?.shape === undefined) return known(typeOf(a), undefined)
  return known(a.type, [a.shape[intOf(node, 'transA', 0)], b.shape[1 - intOf(node, 'transB', 0)]])
}

/** The axes that a reduction goes over; undefined where they aren't known. */
export function reducedAxes(site: Site, rank: number): readonly number[] | undefined {
  const axes = axesOf(site, 1)
  if (axes === undefined && hasAxes(site, 1)) return undefined
  if (axes === undefined || axes.length === 0) {
    const none = intOf(site.node, 'noop_with_empty_axes', 0) === 1
    return none ? [] : Array.from({ length: rank }, (_, i) => i)
  }
  return axes.map((axis) => axisOf(axis, rank))
}

const reduction =
  (combine?: (numbers: readonly number[]) => number): ShapeRule =>
  (site) => {
    const [x] = site.inputs
    const keep = intOf(site.node, 'keepdims', 1) === 1
    if (x?.shape === undefined) return known(typeOf(x), undefined)
    const { shape } = x
    const axes = reducedAxes(site, shape.length)
    if (axes === undefined) {
      return known(x.type, keep ? shape.map((_, i) => computed(`${site.node.outputs[0]}.${i}`)) : undefined)
    }
    const out = keep
      ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : shape.filter((_, i) => !axes.includes(i))
    const numbers = numbersIn(x)
    const whole = axes.length === shape.length && combine !== undefined && numbers !== undefined
    return known(x.type, out, whole ? [combine(numbers)] : undefined)
  }

const argument: ShapeRule = ({ node, inputs: [x] }) => {
  if (x?.shape === undefined) return known('int64', undefined)
  const axis = axisOf(intOf(node, 'axis', 0), x.shape.length)
  const keep = intOf(node, 'keepdims', 1) === 1
  return known('int64', keep ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1))
}

function resize({ node, inputs }: Site): Known {
  const [x] = inputs
  const [scales, sizes] =
    inputs.length > 2 || node.opType === 'Resize' ? [inputs[2], inputs[3]] : [inputs[1], undefined]
  if (x?.shape === undefined) return known(typeOf(x), undefined)
  const { shape } = x
  const given = sizes?.value
  const axes = intsOf(node, 'axes')?.map((axis) => axisOf(axis, shape.length)) ?? shape.map((_, i) => i)
  const factors = numbersIn(scales)
  return known(
    x.type,
    shape.map((size, i) => {
      const at = axes.indexOf(i)
      if (at < 0) return size
      if (given !== undefined && given.length > 0) return given[at]
      if (factors === undefined || factors.length === 0) return computed(`${node.outputs[0]}.${i}`)
      if (typeof size === 'number') return Math.floor(Math.fround(size * Math.fround(factors[at])))
      return Number.isInteger(factors[at])
        ? times(size, factors[at])
        : computed(`floor(${size}·${factors[at]})`)
    }),
  )
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

/** Operators that compute: products, windows, sums. */
export const COMPUTATION: Readonly<Record<string, ShapeRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  MatMul: matMul,
  Gemm: gemm,
  BatchNormalization: ({ inputs: [x, , , mean, variance] }) => [
    known(typeOf(x), x?.shape),
    known(typeOf(mean), mean?.shape),
    known(typeOf(variance), variance?.shape),
  ],
  LayerNormalization: ({ node, inputs: [x] }) => {
    const axis = axisOf(intOf(node, 'axis', -1), x?.shape?.length ?? MOST_AXES)
    const kept = x?.shape?.map((size, i) => (i < axis ? size : 1))
    const inner = elementTypeOf(intOf(node, 'stash_type', 1)) ?? 'float32'
    return [known(typeOf(x), x?.shape), known(inner, kept), known(inner, kept)]
  },
  ReduceSum: reduction(sum),
  ReduceMean: reduction((numbers) => sum(numbers) / numbers.length),
  ReduceProd: reduction((numbers) => numbers.reduce((a, b) => a * b, 1)),
  ReduceMax: reduction((numbers) => Math.max(...numbers)),
  ReduceMin: reduction((numbers) => Math.min(...numbers)),
  ReduceL1: reduction(),
  ReduceL2: reduction(),
  ReduceSumSquare: reduction(),
  ReduceLogSum: reduction(),
  ReduceLogSumExp: reduction(),
  ArgMax: argument,
  ArgMin: argument,
  TopK: ({ node, inputs: [x, k] }) => {
    const shape = x?.shape?.with(
      axisOf(intOf(node, 'axis', -1), x.shape.length),
      k?.value?.[0] ?? computed(`${node.outputs[0]}.k`),
    )
    return [known(typeOf(x), shape), known('int64', shape)]
  },
  Resize: resize,
  Upsample: resize,
}
