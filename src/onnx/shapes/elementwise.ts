import { dividedBy, plus, times } from '../dimension.js'
import { ELEMENT_TYPES, elementTypeOf } from '../element-types.js'
import { intOf } from '../node.js'
import type { Dimension, PortType } from '../port.js'
import { broadcast, isWhole, type Known, known, MOST_NUMBERS, type ShapeRule, typeOf } from './known.js'

const SAME = `Relu LeakyRelu PRelu Elu Selu Celu ThresholdedRelu HardSigmoid HardSwish Softplus Softsign Sigmoid Tanh Mish
Gelu Erf Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Identity Softmax LogSoftmax Hardmax LpNormalization
LRN CumSum Trilu Shrink InstanceNormalization GroupNormalization ScatterElements ScatterND Scatter Round Ceil Sign Not
BitShift MeanVarianceNormalization Swish`

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
}

type Binary = (a: Dimension, b: Dimension, type: PortType) => Dimension | undefined

const numeric =
  (compute: (a: number, b: number) => number): Binary =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined

const BINARY: Readonly<Record<string, Binary>> = {
  Add: plus,
  Mul: (a, b) => times(a, b),
  Sub: (a, b) => (typeof b === 'number' ? plus(a, -b) : a === b ? 0 : plus(a, times(-1, b))),
  Div: (a, b, type) => {
    if (typeof a !== 'number' || typeof b !== 'number') return dividedBy(a, b)
    return isWhole(type) ? Math.trunc(a / b) : a / b
  },
  Pow: numeric(Math.pow),
  Mod: numeric((a, b) => ((a % b) + b) % b),
  Min: numeric(Math.min),
  Max: numeric(Math.max),
}

const COMPARISON: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  And: (a, b) => a !== 0 && b !== 0,
  Or: (a, b) => a !== 0 || b !== 0,
  Xor: (a, b) => (a !== 0) !== (b !== 0),
}

/** The numbers of a broadcast result from those of what goes in; undefined where one isn't known. */
export function combine(
  shape: readonly Dimension[] | undefined,
  inputs: readonly (Known | undefined)[],
  compute: (...numbers: Dimension[]) => Dimension | undefined,
): readonly Dimension[] | undefined {
  if (shape === undefined || !shape.every((size) => typeof size === 'number')) return undefined
  const sizes = shape as readonly number[]
  const count = sizes.reduce((a, b) => a * b, 1)
  if (count > MOST_NUMBERS || inputs.some((input) => input?.value === undefined)) return undefined
  const out: Dimension[] = []
  for (let i = 0; i < count; i++) {
    const result = compute(...inputs.map((input) => at(input as Known, sizes, i)))
    if (result === undefined) return undefined
    out.push(result)
  }
  return out
}

/** The number that a broadcast tensor has at a place of the result. */
function at({ shape, value }: Known, sizes: readonly number[], index: number): Dimension {
  const own = shape as readonly number[]
  let offset = 0
  let stride = 1
  let rest = index
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const position = rest % sizes[axis]
    rest = Math.floor(rest / sizes[axis])
    const size = own[axis - sizes.length + own.length]
    if (size === undefined) break
    offset += size === 1 ? 0 : position * stride
    stride *= size
  }
  return (value as readonly Dimension[])[offset]
}

const same: ShapeRule = ({ inputs: [x], node }) => {
  const result = known(typeOf(x), x?.shape, node.opType === 'Identity' ? x?.value : undefined)
  return node.outputs.map(() => result)
}

const unary =
  (compute: (x: number) => number): ShapeRule =>
  ({ inputs: [x] }) =>
    known(
      typeOf(x),
      x?.shape,
      combine(x?.shape, [x], (each) => (typeof each === 'number' ? compute(each) : undefined)),
    )

const binary =
  (compute: Binary): ShapeRule =>
  ({ inputs }) => {
    const type = typeOf(inputs[0])
    const shape = broadcast(...inputs.map((input) => input?.shape))
    const value = combine(shape, inputs, (first, ...others) =>
      others.reduce<Dimension | undefined>((a, b) => (a === undefined ? a : compute(a, b, type)), first),
    )
    return known(type, shape, value)
  }

const comparison =
  (compute: (a: number, b: number) => boolean): ShapeRule =>
  ({ inputs }) => {
    const shape = broadcast(...inputs.map((input) => input?.shape))
    const value = combine(shape, inputs, (a, b) =>
      typeof a === 'number' && typeof b === 'number' ? Number(compute(a, b)) : undefined,
    )
    return known('bool', shape, value)
  }

/** Operators whose result has the shape of what goes in, or what comes of broadcasting. */
export const ELEMENTWISE: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(SAME.split(/\s+/).map((name) => [name, same])),
  ...Object.fromEntries(Object.entries(UNARY).map(([name, compute]) => [name, unary(compute)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([name, compute]) => [name, binary(compute)])),
  ...Object.fromEntries(Object.entries(COMPARISON).map(([name, compute]) => [name, comparison(compute)])),
  Sum: binary(plus),
  Mean: ({ inputs }) => known(typeOf(inputs[0]), broadcast(...inputs.map((input) => input?.shape))),
  Clip: ({ inputs: [x] }) => known(typeOf(x), x?.shape),
  IsNaN: ({ inputs: [x] }) => known('bool', x?.shape),
  IsInf: ({ inputs: [x] }) => known('bool', x?.shape),
  Dropout: ({ inputs: [x] }) => [known(typeOf(x), x?.shape, x?.value), known('bool', x?.shape)],
  Where: ({ inputs }) => {
    const [condition, a, b] = inputs
    const shape = broadcast(condition?.shape, a?.shape, b?.shape)
    const value = combine(shape, inputs, (flag, yes, no) => (flag === 0 ? no : yes))
    return known(typeOf(a), shape, value)
  },
  Cast: ({ inputs: [x], node }) => {
    const type = elementTypeOf(intOf(node, 'to', ELEMENT_TYPES.float32.code)) ?? 'unknown'
    const value = combine(x?.shape, [x], (each) => {
      if (typeof each === 'string') return isWhole(type) && type !== 'bool' ? each : undefined
      return type === 'bool' ? Number(each !== 0) : isWhole(type) ? Math.trunc(each) : each
    })
    return known(type, x?.shape, type === 'float16' || type === 'bfloat16' ? undefined : value)
  },
  CastLike: ({ inputs: [x, like] }) => known(typeOf(like), x?.shape),
  QuickGelu: same,
  DequantizeLinear: ({ inputs: [x, scale] }) => known(typeOf(scale), x?.shape),
  QuantizeLinear: ({ inputs: [x, , zero] }) => known(zero?.type ?? 'uint8', x?.shape),
  RandomNormalLike: ({ inputs: [x], node }) =>
    known(elementTypeOf(intOf(node, 'dtype', 0)) ?? typeOf(x), x?.shape),
  Bernoulli: ({ inputs: [x], node }) => known(elementTypeOf(intOf(node, 'dtype', 0)) ?? typeOf(x), x?.shape),
}
