import protobuf from 'protobufjs'

/** Element types of tensors, by onnx.proto's numbers. */
export const ELEMENT_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float64: 11 } as const
export type ElementType = keyof typeof ELEMENT_TYPES

/** An input or output of a network; a size that is known only when it runs has a name. */
export interface Port {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | string)[]
}

/** One operator. An empty input name stands for an optional input that is left out. */
export interface Operator {
  readonly type: string
  /** operator set; onnx's own by default */
  readonly domain?: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** attributes that are integers */
  readonly attributes?: Readonly<Record<string, number>>
}

export interface Network {
  readonly operators: readonly Operator[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

const IR_VERSION = 8
const ONNX_OPERATOR_SET = 17
const INTEGER_ATTRIBUTE = 2

type Fields = (writer: protobuf.Writer) => void

function message(writer: protobuf.Writer, field: number, fields: Fields): void {
  writer.uint32((field << 3) | 2).fork()
  fields(writer)
  writer.ldelim()
}

function text(writer: protobuf.Writer, field: number, value: string): void {
  writer.uint32((field << 3) | 2).string(value)
}

function integer(writer: protobuf.Writer, field: number, value: number): void {
  writer.uint32(field << 3).int64(value)
}

function writePort(writer: protobuf.Writer, field: number, { name, type, shape }: Port): void {
  message(writer, field, (port) => {
    text(port, 1, name)
    message(port, 2, (kind) =>
      message(kind, 1, (tensor) => {
        integer(tensor, 1, ELEMENT_TYPES[type])
        message(tensor, 2, (sizes) => {
          for (const size of shape) {
            message(sizes, 1, (d) => (typeof size === 'number' ? integer(d, 1, size) : text(d, 2, size)))
          }
        })
      }),
    )
  })
}

function writeOperator(writer: protobuf.Writer, operator: Operator): void {
  message(writer, 1, (node) => {
    for (const name of operator.inputs) text(node, 1, name)
    for (const name of operator.outputs) text(node, 2, name)
    text(node, 4, operator.type)
    for (const [name, value] of Object.entries(operator.attributes ?? {})) {
      message(node, 5, (attribute) => {
        text(attribute, 1, name)
        integer(attribute, 3, value)
        integer(attribute, 20, INTEGER_ATTRIBUTE)
      })
    }
    if (operator.domain !== undefined) text(node, 7, operator.domain)
  })
}

/**
 * A network without weights as the bytes of an ONNX file: what onnxruntime needs to be used as a fast
 * calculator. Field numbers are those of onnx.proto.
 */
export function encodeNetwork({ operators, inputs, outputs }: Network): Uint8Array {
  const model = protobuf.Writer.create()
  integer(model, 1, IR_VERSION)
  message(model, 7, (graph) => {
    for (const operator of operators) writeOperator(graph, operator)
    text(graph, 2, 'calculation')
    for (const port of inputs) writePort(graph, 11, port)
    for (const port of outputs) writePort(graph, 12, port)
  })
  message(model, 8, (set) => {
    text(set, 1, '')
    integer(set, 2, ONNX_OPERATOR_SET)
  })
  for (const domain of new Set(operators.flatMap((operator) => operator.domain ?? []))) {
    message(model, 8, (set) => {
      text(set, 1, domain)
      integer(set, 2, 1)
    })
  }
  return model.finish()
}
