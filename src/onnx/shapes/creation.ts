import { computed } from '../dimension.js'
import { elementTypeOf } from '../element-types.js'
import { floatOf, intOf, intsOf, tensorAttribute } from '../node.js'
import { numbersOf } from '../tensor.js'
import {
  axisOf,
  countOf,
  type Known,
  known,
  MOST_NUMBERS,
  numbersIn,
  type ShapeRule,
  type Site,
  typeOf,
} from './known.js'

function shapeOfValue({ node, inputs: [x] }: Site): Known {
  if (x?.shape === undefined) return known('int64', [computed(`rank of ${node.inputs[0]}`)])
  const rank = x.shape.length
  const at = (end: number) => Math.min(rank, Math.max(0, end < 0 ? end + rank : end))
  const value = x.shape.slice(at(intOf(node, 'start', 0)), at(intOf(node, 'end', rank)))
  return known('int64', [value.length], value)
}

function constant({ node }: Site): Known {
  const tensor = tensorAttribute(node, 'value')
  if (tensor !== undefined) {
    const small = tensor.type !== 'string' && tensor.shape.reduce((a, b) => a * b, 1) <= MOST_NUMBERS
    return known(tensor.type, tensor.shape, small ? numbersOf(tensor) : undefined)
  }
  if (node.attributes.value_int !== undefined) return known('int64', [], [intOf(node, 'value_int', 0)])
  if (node.attributes.value_float !== undefined)
    return known('float32', [], [floatOf(node, 'value_float', 0)])
  const ints = intsOf(node, 'value_ints')
  if (ints !== undefined) return known('int64', [ints.length], ints)
  const floats = node.attributes.value_floats
  if (typeof floats === 'object' && 'floats' in floats)
    return known('float32', [floats.floats.length], floats.floats)
  return known('unknown', undefined)
}

function filled({ node, inputs: [shape] }: Site): Known {
  const tensor = tensorAttribute(node, 'value')
  const number = tensor === undefined ? 0 : numbersOf(tensor)[0]
  const sizes = shape?.value
  const count = sizes?.every((size) => typeof size === 'number') ? (countOf(sizes) as number) : undefined
  return known(
    tensor?.type ?? 'float32',
    sizes,
    count !== undefined && count <= MOST_NUMBERS ? new Array<number>(count).fill(number) : undefined,
  )
}

function range({ node, inputs }: Site): Known {
  const numbers = inputs.map((input) => numbersIn(input)?.[0])
  const [start, limit, delta] = numbers
  const type = typeOf(inputs[0])
  if (start === undefined || limit === undefined || delta === undefined)
    return known(type, [computed(`${node.outputs[0]}.size`)])
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  const value = count <= MOST_NUMBERS ? Array.from({ length: count }, (_, i) => start + i * delta) : undefined
  return known(type, [count], value)
}

/** Operators that make numbers, or tell of shapes. */
export const CREATION: Readonly<Record<string, ShapeRule>> = {
  Shape: shapeOfValue,
  Size: ({ inputs: [x] }) => known('int64', [], x?.shape === undefined ? undefined : [countOf(x.shape)]),
  Constant: constant,
  ConstantOfShape: filled,
  Range: range,
  NonZero: ({ node, inputs: [x] }) =>
    known('int64', [x?.shape?.length ?? computed('rank'), computed(`${node.outputs[0]}.count`)]),
  OneHot: ({ node, inputs: [indices, depth, values] }) => {
    if (indices?.shape === undefined) return known(typeOf(values), undefined)
    const axis = axisOf(intOf(node, 'axis', -1), indices.shape.length + 1)
    const size = depth?.value?.[0] ?? computed(`${node.outputs[0]}.depth`)
    return known(typeOf(values), indices.shape.toSpliced(axis, 0, size))
  },
  EyeLike: ({ node, inputs: [x] }) => known(elementTypeOf(intOf(node, 'dtype', 0)) ?? typeOf(x), x?.shape),
}
