import protobuf from 'protobufjs'

/** Field numbers and codes of onnx.proto (IR version 7, operator set 13). */
const DOUBLE = 11
const INT = 2

type Message = (writer: protobuf.Writer) => void

function nested(writer: protobuf.Writer, field: number, message: Message): void {
  writer.uint32((field << 3) | 2).fork()
  message(writer)
  writer.ldelim()
}

function text(writer: protobuf.Writer, field: number, value: string): void {
  writer.uint32((field << 3) | 2).string(value)
}

function integer(writer: protobuf.Writer, field: number, value: number): void {
  writer.uint32(field << 3).int64(value)
}

/** A matrix of float64 whose two sizes have names, not values. */
function matrixPort(writer: protobuf.Writer, field: number, name: string, sizes: readonly string[]): void {
  nested(writer, field, (port) => {
    text(port, 1, name)
    nested(port, 2, (type) =>
      nested(type, 1, (tensor) => {
        integer(tensor, 1, DOUBLE)
        nested(tensor, 2, (shape) => {
          for (const size of sizes) nested(shape, 1, (dimension) => text(dimension, 2, size))
        })
      }),
    )
  })
}

function flag(writer: protobuf.Writer, name: string, value: boolean): void {
  nested(writer, 5, (attribute) => {
    text(attribute, 1, name)
    integer(attribute, 3, value ? 1 : 0)
    integer(attribute, 20, INT)
  })
}

/** The ONNX network `y = a b` in float64 with one node, Gemm; each factor as it is or transposed. */
export function gemmNetwork(transpose: { left: boolean; right: boolean }): Uint8Array {
  const model = protobuf.Writer.create()
  integer(model, 1, 7)
  nested(model, 7, (graph) => {
    nested(graph, 1, (node) => {
      text(node, 1, 'a')
      text(node, 1, 'b')
      text(node, 2, 'y')
      text(node, 4, 'Gemm')
      flag(node, 'transA', transpose.left)
      flag(node, 'transB', transpose.right)
    })
    text(graph, 2, 'product')
    matrixPort(graph, 11, 'a', ['m', 'k'])
    matrixPort(graph, 11, 'b', ['l', 'n'])
    matrixPort(graph, 12, 'y', ['rows', 'columns'])
  })
  nested(model, 8, (operators) => integer(operators, 2, 13))
  return model.finish()
}
