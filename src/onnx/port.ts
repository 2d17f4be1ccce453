import { ELEMENT_TYPES, type ElementType, elementTypeOf } from './element-types.js'
import { toBigInt, toInt64 } from './int64.js'
import { given, type ValueInfoProto } from './messages.js'

/** The size of one axis; one that is known only when the network runs has a name. */
export type Dimension = number | string

/** An input, output or inner value of a network. */
export interface Port {
  readonly name: string
  readonly type: PortType
  /** empty for a scalar, and where the file says nothing (see `unranked`) */
  readonly shape: readonly Dimension[]
  /** the file doesn't say how many axes there are */
  readonly unranked?: true
  /** what the file says, written again as it was read */
  readonly proto?: ValueInfoProto
}

/** The type of its elements, where it is a tensor of a type that this program knows. */
export type PortType = ElementType | 'not a tensor' | 'unknown'

/** The name that an unnamed free size reads as; two of them need not be equal. */
export const UNNAMED = '?'

export function portOfProto(proto: ValueInfoProto): Port {
  const kind = given(proto, 'type')
  const tensor = kind == null ? undefined : given(kind, 'tensorType')
  const dims = tensor?.shape?.dim
  return {
    name: proto.name,
    type:
      tensor !== undefined
        ? (elementTypeOf(tensor.elemType) ?? 'unknown')
        : kind === undefined
          ? 'unknown'
          : 'not a tensor',
    shape: (dims ?? []).map((dim) => {
      const value = given(dim, 'dimValue')
      return value === undefined ? given(dim, 'dimParam') || UNNAMED : Number(toBigInt(value))
    }),
    ...(dims === undefined && { unranked: true as const }),
    proto,
  }
}

export function protoOfPort({ name, type, shape, unranked, proto }: Port): ValueInfoProto {
  if (proto !== undefined) return proto
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dimValue: toInt64(size) } : size === UNNAMED ? {} : { dimParam: size },
  )
  if (type === 'not a tensor' || type === 'unknown') return { name }
  const elemType = ELEMENT_TYPES[type].code
  return { name, type: { tensorType: { elemType, ...(unranked !== true && { shape: { dim } }) } } }
}

/** The port with other sizes. */
export function reshaped({ name, type }: Port, shape: readonly Dimension[]): Port {
  return { name, type, shape }
}

/** As in `float32 [batch, 3, 112, 112]`. */
export function showPort({ type, shape, unranked }: Omit<Port, 'name'>): string {
  return `${type} ${unranked === true ? 'of any shape' : `[${shape.join(', ')}]`}`
}
