import { type ByteSource, FileSource, MemorySource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { attributeOfProto, isPlain } from './attribute.js'
import { Graph } from './graph.js'
import { toBigInt } from './int64.js'
import { requireModest } from './message-weight.js'
import { type AttributeProto, changed, decodeMessage } from './messages.js'
import { type Node, nodeOfProto } from './node.js'
import { portOfProto } from './port.js'
import { DATA_FIELDS } from './stored-numbers.js'
import { type Tensor, tensorOfProto } from './tensor.js'
import { splitMessage, type WireField } from './wire.js'

const MODEL_GRAPH = 7
const GRAPH = { node: 1, initialiser: 5 }
const NODE_ATTRIBUTE = 5
const ATTRIBUTE_TENSOR = 5
const DATA = Object.values(DATA_FIELDS)

/**
 * Reads an ONNX file as a graph that can be edited. Its weights are read when they are asked for: a file of gigabytes
 * takes the memory of its nodes.
 * @throws InputError where it is no ONNX file
 */
export function readGraph(path: string): Graph {
  const source = new FileSource(path)
  try {
    return graphOf(source, path)
  } finally {
    source.close()
  }
}

/** A graph of the bytes of an ONNX file. @param name what messages call it @throws InputError */
export function decodeGraph(bytes: Uint8Array, name = 'a network'): Graph {
  return graphOf(new MemorySource(bytes, name), undefined)
}

const notOnnx = (name: string, why: string, cause?: unknown): InputError =>
  new InputError(`not an ONNX file${why}`, name, 'name an ONNX file', { cause })

function graphOf(source: ByteSource, path: string | undefined): Graph {
  try {
    return new Reader(source, path).read()
  } catch (error) {
    // protobufjs says what a field lacks in words of its own.
    if (error instanceof InputError || !(error instanceof Error)) throw error
    throw notOnnx(source.name, ` (${error.message})`, error)
  }
}

class Reader {
  readonly #graph: Graph

  constructor(
    private readonly source: ByteSource,
    private readonly path: string | undefined,
  ) {
    this.#graph = new Graph(source.name)
  }

  read(): Graph {
    const graph = this.#graph
    requireModest(this.source)
    const { rest, parts } = splitMessage(this.source, 0, this.source.length, [MODEL_GRAPH])
    const model = decodeMessage('ModelProto', rest)
    graph.opsets.clear()
    for (const { domain, version } of model.opsetImport)
      graph.opsets.set(domain === undefined || domain === 'ai.onnx' ? '' : domain, Number(toBigInt(version)))
    graph.irVersion = Number(toBigInt(model.irVersion))
    graph.producer = { name: model.producerName ?? '', version: model.producerVersion ?? '' }
    if (parts.length !== 1) throw notOnnx(this.source.name, '')
    this.#readGraph(parts[0], model)
    if (graph.opsets.size === 0 || graph.outputs.length === 0) throw notOnnx(this.source.name, '')
    return graph
  }

  #readGraph({ offset, length }: WireField, model: ReturnType<typeof decodeMessage<'ModelProto'>>): void {
    const graph = this.#graph
    const { rest, parts } = splitMessage(this.source, offset, length, Object.values(GRAPH))
    const message = decodeMessage('GraphProto', rest)
    for (const part of parts) {
      if (part.number === GRAPH.node) graph.nodes.push(this.#node(part))
      else {
        const tensor = this.#tensor(part)
        graph.initialisers.set(tensor.proto?.name ?? '', tensor)
      }
    }
    graph.name = message.name ?? ''
    // Files of before 2019 list their weights among the inputs.
    graph.inputs = message.input.map(portOfProto).filter(({ name }) => !graph.initialisers.has(name))
    graph.outputs = message.output.map(portOfProto)
    graph.values = (message.valueInfo ?? []).map(portOfProto)
    graph.rest = {
      model: changed(model, { opsetImport: [] }),
      graph: changed(message, { input: [], output: [], valueInfo: [] }),
    }
  }

  #node({ offset, length }: WireField): Node {
    const { rest, parts } = splitMessage(this.source, offset, length, [NODE_ATTRIBUTE])
    const node = nodeOfProto(decodeMessage('NodeProto', rest), this.source.name)
    const attributes = parts.map((part) => this.#attribute(part))
    return { ...node, attributes: { ...node.attributes, ...Object.assign({}, ...attributes) } }
  }

  #attribute({ offset, length }: WireField): Node['attributes'] {
    const { rest, parts } = splitMessage(this.source, offset, length, [ATTRIBUTE_TENSOR])
    const proto: AttributeProto = decodeMessage('AttributeProto', rest)
    if (parts.length === 1 && isPlain(proto)) return { [proto.name]: { tensor: this.#tensor(parts[0]) } }
    const whole =
      parts.length === 0 ? proto : decodeMessage('AttributeProto', this.source.read(offset, length))
    return { [proto.name]: attributeOfProto(whole, this.source.name) }
  }

  #tensor({ offset, length }: WireField): Tensor {
    const { rest } = splitMessage(this.source, offset, length, DATA)
    const stored = this.path === undefined ? { source: this.source } : { path: this.path }
    return tensorOfProto(decodeMessage('TensorProto', rest), this.source.name, { ...stored, offset, length })
  }
}
