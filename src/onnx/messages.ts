import protobuf from 'protobufjs'

/** The messages of an ONNX file, as far as this program reads and writes them. Field numbers are onnx.proto's. */
const FIELDS: Record<string, Record<string, readonly [id: number, type: string, rule?: 'repeated']>> = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    domain: [7, 'string'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    type: [20, 'int32'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensorType: [1, 'TensorTypeProto'] },
  TensorTypeProto: { elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'DimensionProto', 'repeated'] },
  DimensionProto: { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(FIELDS).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type, rule]]) => [
            field,
            { id, type, ...(rule !== undefined && { rule }) },
          ]),
        ),
      },
    ]),
  ),
})

export interface OperatorSetIdProto {
  domain?: string
  version: number
}
export interface StringStringEntryProto {
  key: string
  value: string
}
export interface TensorProto {
  name?: string
  dims: number[]
  dataType: number
  rawData?: Uint8Array
  externalData?: StringStringEntryProto[]
  dataLocation?: number
}
export interface AttributeProto {
  name: string
  type: number
  f?: number
  i?: number
  s?: Uint8Array
  t?: TensorProto
  floats?: number[]
  ints?: number[]
}
export interface NodeProto {
  opType: string
  domain?: string
  name?: string
  input: string[]
  output: string[]
  attribute?: AttributeProto[]
}
export interface ValueInfoProto {
  name: string
  type: { tensorType?: { elemType: number; shape?: { dim: { dimValue?: number; dimParam?: string }[] } } }
}
export interface GraphProto {
  name?: string
  node: NodeProto[]
  initializer?: TensorProto[]
  input: ValueInfoProto[]
  output: ValueInfoProto[]
}
export interface ModelProto {
  irVersion: number
  producerName?: string
  producerVersion?: string
  graph?: GraphProto
  opsetImport: OperatorSetIdProto[]
}

interface Messages {
  ModelProto: ModelProto
  GraphProto: GraphProto
  NodeProto: NodeProto
  TensorProto: TensorProto
  ValueInfoProto: ValueInfoProto
  OperatorSetIdProto: OperatorSetIdProto
}

/** The bytes of a message. */
export function encodeMessage<N extends keyof Messages>(name: N, message: Messages[N]): Uint8Array {
  return root.lookupType(name).encode(message).finish()
}

/** A message of bytes; fields that this program doesn't know are left out. Throws a RangeError or Error where the bytes are none. */
export function decodeMessage<N extends keyof Messages>(name: N, bytes: Uint8Array): Messages[N] {
  const type = root.lookupType(name)
  return type.toObject(type.decode(bytes), { longs: Number, arrays: true }) as Messages[N]
}

/** Element types of tensors, by their ONNX numbers. */
export const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
}
