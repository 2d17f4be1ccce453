import { toBigInt, toInt64 } from './int64.js'
import { type AttributeProto, given } from './messages.js'
import { protoOfTensor, type Tensor, tensorOfProto } from './tensor.js'

/**
 * A setting of an operator: an integer, a text, integers, or what says its kind. What is none of these (a graph, a
 * reference to a function's attribute) is kept as its message.
 */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor }
  | { readonly proto: AttributeProto }

export type Attributes = Readonly<Record<string, Attribute>>

/** onnx.proto's numbers of the kinds of attribute */
const KIND = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 }

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws TypeError where the bytes are no UTF-8 */
const text = (bytes: Uint8Array): string => decoder.decode(bytes)

const PLAIN = ['name', 'type', 'f', 'i', 's', 't', 'floats', 'ints', 'strings']

/** Whether an attribute says nothing that a plain value has no room for. */
export const isPlain = (proto: AttributeProto): boolean =>
  Object.entries(proto).every(
    ([field, value]) => PLAIN.includes(field) || (Array.isArray(value) && value.length === 0),
  ) && !('$unknowns' in proto)

/** An integer, where a number holds it, or is the largest there is. */
function isExact(value: bigint): boolean {
  return toBigInt(toInt64(Number(value))) === value
}

/** @param modelPath where a tensor's external data is looked for */
export function attributeOfProto(proto: AttributeProto, modelPath: string): Attribute {
  if (!isPlain(proto)) return { proto }
  try {
    switch (proto.type) {
      case KIND.int: {
        const value = toBigInt(proto.i ?? 0)
        return isExact(value) ? Number(value) : { proto }
      }
      case KIND.ints: {
        const values = (proto.ints ?? []).map(toBigInt)
        return values.every(isExact) ? values.map(Number) : { proto }
      }
      case KIND.float:
        return { float: proto.f ?? 0 }
      case KIND.floats:
        return { floats: proto.floats ?? [] }
      case KIND.string:
        return text(given(proto, 's') ?? new Uint8Array())
      case KIND.strings:
        return { strings: (proto.strings ?? []).map(text) }
      case KIND.tensor:
        return proto.t == null ? { proto } : { tensor: tensorOfProto(proto.t, modelPath) }
      default:
        return { proto }
    }
  } catch (error) {
    if (error instanceof TypeError) return { proto }
    throw error
  }
}

export function protoOfAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: KIND.int, i: toInt64(value) }
  if (typeof value === 'string') return { name, type: KIND.string, s: Buffer.from(value) }
  if ('float' in value) return { name, type: KIND.float, f: value.float }
  if ('floats' in value) return { name, type: KIND.floats, floats: [...value.floats] }
  if ('strings' in value)
    return { name, type: KIND.strings, strings: value.strings.map((each) => Buffer.from(each)) }
  if ('tensor' in value)
    return { name, type: KIND.tensor, t: protoOfTensor(value.tensor.proto?.name ?? '', value.tensor) }
  if ('proto' in value) return value.proto
  return { name, type: KIND.ints, ints: value.map(toInt64) }
}
