import type Protobuf from 'protobufjs'
import { onDemand } from '../on-demand.js'

const protobuf = onDemand<typeof Protobuf>('protobufjs')

type Field = readonly [id: number, type: string, rule?: 'repeated' | 'packed']

/** The messages of onnx.proto. Fields that are newer than this table survive reading and writing as they are. */
const FIELDS: Record<string, Record<string, Field>> = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    domain: [4, 'string'],
    modelVersion: [5, 'int64'],
    docString: [6, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    metadataProps: [14, 'StringStringEntryProto', 'repeated'],
    functions: [25, 'FunctionProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    docString: [10, 'string'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
    valueInfo: [13, 'ValueInfoProto', 'repeated'],
    sparseInitializer: [15, 'SparseTensorProto', 'repeated'],
    metadataProps: [16, 'StringStringEntryProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    docString: [6, 'string'],
    domain: [7, 'string'],
    overload: [8, 'string'],
    metadataProps: [9, 'StringStringEntryProto', 'repeated'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'bytes', 'repeated'],
    tensors: [10, 'TensorProto', 'repeated'],
    graphs: [11, 'GraphProto', 'repeated'],
    docString: [13, 'string'],
    type: [20, 'int32'],
    refAttrName: [21, 'string'],
  },
  FunctionProto: {
    name: [1, 'string'],
    input: [4, 'string', 'repeated'],
    output: [5, 'string', 'repeated'],
    attribute: [6, 'string', 'repeated'],
    node: [7, 'NodeProto', 'repeated'],
    docString: [8, 'string'],
    opsetImport: [9, 'OperatorSetIdProto', 'repeated'],
    domain: [10, 'string'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'packed'],
    int32Data: [5, 'int32', 'packed'],
    stringData: [6, 'bytes', 'repeated'],
    int64Data: [7, 'int64', 'packed'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'packed'],
    uint64Data: [11, 'uint64', 'packed'],
    docString: [12, 'string'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  },
  SparseTensorProto: {
    values: [1, 'TensorProto'],
    indices: [2, 'TensorProto'],
    dims: [3, 'int64', 'repeated'],
  },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'], docString: [3, 'string'] },
  TypeProto: { tensorType: [1, 'TensorTypeProto'] },
  TensorTypeProto: { elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'DimensionProto', 'repeated'] },
  DimensionProto: { dimValue: [1, 'int64'], dimParam: [2, 'string'], denotation: [3, 'string'] },
}

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
