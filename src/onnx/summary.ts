import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { FileSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { decodeMessage, ELEMENT_TYPES, type ValueInfoProto } from './messages.js'
import { type WireField, wireFields, wireNumbers } from './wire.js'

/** An input or output: sizes that are free have a name. */
export interface OnnxPort {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

/** What an ONNX file says about itself. */
export interface OnnxSummary {
  /** of the standard operators */
  readonly opset: number
  readonly producer: string
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /** floating-point numbers that the file stores: weights, biases and running statistics */
  readonly parameters: number
  /** of the file and of the files that hold its external data */
  readonly bytes: number
  readonly nodes: number
}

const FLOATS = ['float16', 'float32', 'float64', 'bfloat16']
const MODEL = { producerName: 2, producerVersion: 3, graph: 7, opset: 8 }
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 }
const NODE = { attribute: 5 }
const ATTRIBUTE = { tensor: 5 }
const TENSOR = { dims: 1, dataType: 2, name: 8, externalData: 13 }

/**
 * Reads what an ONNX file says about itself by stepping over its weights: a file of gigabytes is not loaded.
 * @throws InputError where it is no ONNX file
 */
export async function readOnnxSummary(path: string): Promise<OnnxSummary> {
  const source = new FileSource(path)
  try {
    const summary = new Summary(source)
    summary.readModel()
    return await summary.finish()
  } catch (error) {
    // protobufjs says what a field lacks in words of its own.
    if (error instanceof InputError || !(error instanceof Error)) throw error
    throw new InputError(`not an ONNX file (${error.message})`, path, 'name an ONNX file', { cause: error })
  } finally {
    source.close()
  }
}

class Summary {
  readonly #inputs: OnnxPort[] = []
  readonly #outputs: OnnxPort[] = []
  readonly #initialisers = new Set<string>()
  readonly #external = new Set<string>()
  readonly #producer: string[] = []
  #opset = 0
  #parameters = 0
  #nodes = 0

  constructor(private readonly source: FileSource) {}

  readModel(): void {
    for (const field of wireFields(this.source)) {
      if (field.number === MODEL.graph) this.#readGraph(field)
      else if (field.number === MODEL.opset) {
        const { domain, version } = decodeMessage('OperatorSetIdProto', this.#bytes(field))
        if (domain === undefined || domain === '') this.#opset = Number(version)
      } else if (field.number === MODEL.producerName || field.number === MODEL.producerVersion) {
        this.#producer.push(this.#text(field))
      }
    }
  }

  async finish(): Promise<OnnxSummary> {
    if (this.#opset === 0 || this.#outputs.length === 0) {
      throw new InputError('not an ONNX file', this.source.name, 'name an ONNX file')
    }
    let bytes = this.source.length
    for (const location of this.#external) {
      if (isAbsolute(location) || normalize(location).startsWith('..')) continue
      const status = await stat(join(dirname(this.source.name), location)).catch(() => undefined)
      if (status === undefined) {
        throw new InputError(
          `its weights are in '${location}', which is not beside it`,
          this.source.name,
          'copy that file too',
        )
      }
      bytes += status.size
    }
    return {
      opset: this.#opset,
      producer: this.#producer.join(' '),
      // Files of before 2019 list their weights among the inputs.
      inputs: this.#inputs.filter(({ name }) => !this.#initialisers.has(name)),
      outputs: this.#outputs,
      parameters: this.#parameters,
      bytes,
      nodes: this.#nodes,
    }
  }

  #readGraph(graph: WireField): void {
    for (const field of wireFields(this.source, graph.offset, graph.length)) {
      if (field.number === GRAPH.node) this.#readNode(field)
      else if (field.number === GRAPH.initializer) this.#readTensor(field)
      else if (field.number === GRAPH.input) this.#inputs.push(port(this.#bytes(field)))
      else if (field.number === GRAPH.output) this.#outputs.push(port(this.#bytes(field)))
    }
  }

  /** Some exporters keep weights in nodes of type Constant. */
  #readNode(node: WireField): void {
    this.#nodes++
    for (const attribute of this.#fields(node, NODE.attribute)) {
      for (const tensor of this.#fields(attribute, ATTRIBUTE.tensor)) this.#readTensor(tensor)
    }
  }

  #readTensor(tensor: WireField): void {
    const dims: number[] = []
    let type = 0
    for (const field of wireFields(this.source, tensor.offset, tensor.length)) {
      if (field.number === TENSOR.dims) dims.push(...wireNumbers(this.source, field))
      else if (field.number === TENSOR.dataType) type = field.value ?? 0
      else if (field.number === TENSOR.name) this.#initialisers.add(this.#text(field))
      else if (field.number === TENSOR.externalData) {
        const [key, value] = [...wireFields(this.source, field.offset, field.length)].map((f) =>
          this.#text(f),
        )
        if (key === 'location' && value !== undefined) this.#external.add(value)
      }
    }
    if (FLOATS.includes(ELEMENT_TYPES[type] ?? '')) this.#parameters += dims.reduce((a, b) => a * b, 1)
  }

  *#fields(message: WireField, number: number): Generator<WireField> {
    for (const field of wireFields(this.source, message.offset, message.length)) {
      if (field.number === number) yield field
    }
  }

  #bytes(field: WireField): Uint8Array {
    return this.source.read(field.offset, field.length)
  }

  #text(field: WireField): string {
    return new TextDecoder().decode(this.#bytes(field))
  }
}

function port(bytes: Uint8Array): OnnxPort {
  const { name, type }: ValueInfoProto = decodeMessage('ValueInfoProto', bytes)
  const tensor = type?.tensorType
  return {
    name,
    type:
      tensor === undefined ? 'not a tensor' : (ELEMENT_TYPES[tensor.elemType] ?? `type ${tensor.elemType}`),
    shape: (tensor?.shape?.dim ?? []).map(({ dimValue, dimParam }) => dimValue ?? dimParam ?? '?'),
  }
}
