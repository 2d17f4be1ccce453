import { HOSTILE_BYTES, type HostileFile } from '../hostile-file.js'

/** A number as protobuf writes it, 7 bits a byte. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) return Buffer.from(bytes)
  }
}

/** A field of bytes, text or a message. */
const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}
const integer = (number: number, value: number): Buffer => Buffer.concat([varint(number * 8), varint(value)])

const many = (piece: Buffer, bytes = HOSTILE_BYTES - 1_000): Buffer =>
  Buffer.alloc(Math.floor(bytes / piece.length) * piece.length, piece)

/** A network of one input, one output and what is added to its graph. */
function network(...more: Buffer[]): Buffer {
  const graph = Buffer.concat([field(11, field(1, 'x')), field(12, field(1, 'y')), ...more])
  return Buffer.concat([integer(1, 8), field(8, integer(2, 17)), field(7, graph)])
}

const node = (type: string, inputs: readonly string[], ...attributes: Buffer[]): Buffer =>
  field(
    1,
    Buffer.concat([
      ...inputs.map((name) => field(1, name)),
      field(2, 'y'),
      field(4, type),
      ...attributes.map((attribute) => field(5, attribute)),
    ]),
  )

/** A tensor of 64-bit integers of one byte each. */
function integers(count = HOSTILE_BYTES - 1_000): Buffer {
  return Buffer.concat([integer(1, count), integer(2, 7), field(8, 'w'), field(7, Buffer.alloc(count, 1))])
}

/** An attribute that is a graph. */
const subgraph = (content: Buffer): Buffer =>
  Buffer.concat([field(1, 'body'), integer(20, 5), field(6, content)])

/** ONNX files. */
export const hostileNetworks: readonly HostileFile[] = [
  {
    reader: 'onnx',
    what: 'a shape of 20 million integers (int64_data)',
    make: () => network(field(5, integers()), node('Reshape', ['x', 'w'])),
  },
  {
    reader: 'onnx',
    what: 'the same in an attribute',
    make: () =>
      network(node('Constant', [], Buffer.concat([field(1, 'value'), integer(20, 4), field(5, integers())]))),
  },
  { reader: 'onnx', what: '10 million nodes that say nothing', make: () => network(many(field(1, ''))) },
  {
    reader: 'onnx',
    what: 'the same in 20 nodes of a million attributes',
    make: () => {
      const attributes = many(field(5, ''), 990_000)
      return network(
        ...Array.from({ length: 20 }, () => field(1, Buffer.concat([field(4, 'Relu'), attributes]))),
      )
    },
  },
  {
    reader: 'onnx',
    what: 'the same in the graph of an attribute',
    make: () => network(node('If', ['x'], subgraph(many(field(1, ''))))),
  },
  {
    reader: 'onnx',
    what: '20 million integers in the graph of an attribute',
    make: () => network(node('If', ['x'], subgraph(field(5, integers())))),
  },
  { reader: 'onnx', what: '10 million fields that nobody knows', make: () => network(many(integer(99, 1))) },
  {
    reader: 'onnx',
    what: 'floats of an attribute, 5 million',
    make: () =>
      network(
        node(
          'Constant',
          [],
          Buffer.concat([
            field(1, 'value_floats'),
            integer(20, 6),
            field(7, Buffer.alloc(HOSTILE_BYTES - 1_000)),
          ]),
        ),
      ),
  },
]
