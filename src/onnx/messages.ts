import type Protobuf from 'protobufjs'
import { onDemand } from '../on-demand.js'
import { FIELDS } from './message-fields.js'

const protobuf = onDemand<typeof Protobuf>('protobufjs')

const JSON_OF_FIELDS = {
  nested: Object.fromEntries(
    Object.entries(FIELDS).map(([message, fields]) => [
      message,
      {
        // In proto2 a zero that is said differs from nothing that is said.
        edition: 'proto2',
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type, rule]]) => [
            field,
            {
              id,
              type,
              ...(rule !== undefined && { rule: 'repeated' }),
              options: { packed: rule === 'packed' },
            },
          ]),
        ),
      },
    ]),
  ),
}

let root: Protobuf.Root | undefined

function typeOf(message: string): Protobuf.Type {
  root ??= protobuf().Root.fromJSON(JSON_OF_FIELDS)
  return root.lookupType(message)
}

/** An integer of 64 bits as protobufjs holds it. */
export type Int64 = number | { readonly low: number; readonly high: number; readonly unsigned: boolean }

export interface OperatorSetIdProto {
  domain?: string
  version: Int64
}
export interface StringStringEntryProto {
  key: string
  value: string
}
export interface TensorProto {
  name?: string
  dims: Int64[]
  dataType: number
  floatData?: number[]
  int32Data?: number[]
  int64Data?: Int64[]
  doubleData?: number[]
  uint64Data?: Int64[]
  stringData?: Uint8Array[]
  rawData?: Uint8Array
  externalData?: StringStringEntryProto[]
  dataLocation?: number
}
export interface AttributeProto {
  name: string
  type: number
  f?: number
  i?: Int64
  s?: Uint8Array
  t?: TensorProto
  g?: GraphProto
  floats?: number[]
  ints?: Int64[]
  strings?: Uint8Array[]
  graphs?: GraphProto[]
}
export interface NodeProto {
  opType: string
  domain?: string
  name?: string
  input: string[]
  output: string[]
  attribute?: AttributeProto[]
}
export interface DimensionProto {
  dimValue?: Int64
  dimParam?: string
}
export interface ValueInfoProto {
  name: string
  type?: { tensorType?: { elemType: number; shape?: { dim: DimensionProto[] } } }
}
export interface GraphProto {
  name?: string
  node: NodeProto[]
  initializer?: TensorProto[]
  input: ValueInfoProto[]
  output: ValueInfoProto[]
  valueInfo?: ValueInfoProto[]
}
export interface FunctionProto {
  name: string
  domain?: string
}
export interface ModelProto {
  irVersion: Int64
  producerName?: string
  producerVersion?: string
  graph?: GraphProto
  opsetImport: OperatorSetIdProto[]
  functions?: FunctionProto[]
  readonly metadataProps?: readonly { readonly key: string; readonly value: string }[]
}

interface Messages {
  ModelProto: ModelProto
  GraphProto: GraphProto
  NodeProto: NodeProto
  AttributeProto: AttributeProto
  TensorProto: TensorProto
  ValueInfoProto: ValueInfoProto
}

/** The bytes of a message, with the unknown fields that it was read with. */
export function encodeMessage<N extends keyof Messages>(name: N, message: Messages[N]): Uint8Array {
  return typeOf(name).encode(message).finish()
}

/**
 * A message of bytes. A field that is absent reads as its default (0, '' or null): use {@link given} to tell.
 * Throws a RangeError or Error where the bytes are none.
 */
export function decodeMessage<N extends keyof Messages>(name: N, bytes: Uint8Array): Messages[N] {
  const reader = protobuf().Reader.create(bytes)
  reader.discardUnknown = false
  return typeOf(name).decode(reader) as unknown as Messages[N]
}

/** What a message says of a field; undefined where it says nothing. */
export function given<M extends object, K extends keyof M>(message: M, field: K): M[K] | undefined {
  return Object.hasOwn(message, field) ? (message[field] ?? undefined) : undefined
}

/** A copy of a message with other fields; what else it holds, unknown fields too, stays. */
export function changed<M extends object>(message: M, fields: Partial<M>): M {
  const copy: M = Object.create(Object.getPrototypeOf(message), Object.getOwnPropertyDescriptors(message))
  return Object.assign(copy, fields)
}

/** A message's field from where it lies: its key and the length of what follows. */
export function fieldHead(field: number, length: number): Uint8Array {
  return protobuf()
    .Writer.create()
    .uint32((field << 3) | 2)
    .uint32(length)
    .finish()
}
