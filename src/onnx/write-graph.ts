import { createHash, type Hash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppendFile } from '../bytes/append-file.js'
import { moveDurably } from '../bytes/files.js'
import { forgetTemporary, rememberTemporary, temporaryBeside } from '../bytes/temporary.js'
import { bytesOf, bytesOfArray } from './element-types.js'
import { Graph, type Producer } from './graph.js'
import { toInt64 } from './int64.js'
import { changed, encodeMessage, fieldHead, type ModelProto } from './messages.js'
import { protoOfNode } from './node.js'
import { protoOfPort } from './port.js'
import { DATA_FIELDS } from './stored-numbers.js'
import { elementCount, headOfTensor, type Tensor } from './tensor.js'

/** a protobuf message ends at 2 GiB: from here on weights go into a file of their own */
const LARGEST_FILE = 2 ** 31 - 2 ** 24
/** weights in a file of their own begin at multiples of this, so that they can be mapped into memory */
const ALIGNMENT = 4096
/** tensors of up to this many bytes (shapes, axes, scales) stay in the file: whoever infers shapes reads them */
const SMALL = 1024

const EXTERNAL = 1
const DATA_DIGEST = 'external_data_sha256'
const MODEL_GRAPH = 7
const GRAPH_INITIALISER = 5

/** Where a network was written: the file, and a second one where its weights would not fit. */
export interface WrittenFiles {
  readonly path: string
  readonly dataPath?: string
}

export interface WriteOptions {
  /** the program that the file names as its maker; the one that it was read with, by default */
  readonly producer?: Producer
  /** in bytes: where the file would be larger, its weights go into `PATH.data` */
  readonly largestFile?: number
}

/** A tensor that is written beside the file, and where it begins there. */
type Placed = { readonly location: string; readonly offset: number } | undefined

/** The bytes of an ONNX file. For networks that are run from memory; larger ones are better written. */
export function encodeGraph(graph: Graph): Uint8Array {
  return Buffer.concat([...pieces(graph, graph.producer, () => undefined)])
}

/**
 * Writes a graph as an ONNX file that is there whole or not at all, weight after weight: memory holds one at a time.
 * The file that the graph was read from may be written over.
 * @throws InputError where the disk is full, or a weight can't be read
 */
export async function writeGraph(
  graph: Graph,
  path: string,
  { producer = graph.producer, largestFile = LARGEST_FILE }: WriteOptions = {},
): Promise<WrittenFiles> {
  const total = [...graph.initialisers.values()].reduce((sum, tensor) => sum + byteLength(tensor), 0)
  const dataPath = `${path}.data`
  const temporary = { model: await temporaryBeside(path), data: await temporaryBeside(dataPath) }
  const beside = total > largestFile ? [...graph.initialisers.values()].filter(isLarge) : []
  const places = new Map<Tensor, Placed>()
  let offset = 0
  for (const tensor of beside) {
    places.set(tensor, { location: basename(dataPath), offset })
    offset = Math.ceil((offset + byteLength(tensor)) / ALIGNMENT) * ALIGNMENT
  }
  for (const file of Object.values(temporary)) rememberTemporary(file)
  try {
    const digest = createHash('sha256')
    if (beside.length > 0) await writePieces(temporary.data, paddedTensors(beside), digest)
    const dataDigest = beside.length > 0 ? digest.digest('hex') : undefined
    await writePieces(
      temporary.model,
      pieces(graph, producer, (tensor) => places.get(tensor), dataDigest),
    )
    if (beside.length > 0) await moveDurably(temporary.data, dataPath)
    await moveDurably(temporary.model, path)
  } catch (error) {
    for (const file of Object.values(temporary)) await rm(file, { force: true }).catch(() => {})
    throw error
  } finally {
    for (const file of Object.values(temporary)) forgetTemporary(file)
  }
  return beside.length > 0 ? { path, dataPath } : { path }
}

const byteLength = ({ type, shape }: Tensor): number => bytesOf(type, elementCount(shape))

const isLarge = (tensor: Tensor): boolean => tensor.type !== 'string' && byteLength(tensor) > SMALL

function* paddedTensors(tensors: readonly Tensor[]): Generator<Uint8Array> {
  for (const tensor of tensors) {
    const bytes = bytesOfArray(tensor.read())
    yield bytes
    yield new Uint8Array((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)
  }
}

/** The file, piece after piece. */
function* pieces(
  graph: Graph,
  producer: Producer | undefined,
  placeOf: (tensor: Tensor) => Placed,
  dataDigest?: string,
): Generator<Uint8Array> {
  const { model, body } = smallParts(graph, producer, dataDigest)
  const tensors = [...graph.initialisers].map(([name, tensor]) => {
    const place = placeOf(tensor)
    return { tensor, place, head: tensorHead(name, tensor, place) }
  })
  const length = tensors.reduce(
    (sum, { tensor, place, head }) => sum + head.length + (isInline(tensor, place) ? byteLength(tensor) : 0),
    body.length,
  )
  yield Buffer.concat([model, fieldHead(MODEL_GRAPH, length), body])
  for (const { tensor, place, head } of tensors) {
    yield head
    if (isInline(tensor, place)) yield bytesOfArray(tensor.read())
  }
}

const isInline = (tensor: Tensor, place: Placed): boolean => place === undefined && tensor.type !== 'string'

/** All but the weights. */
function smallParts(
  graph: Graph,
  producer: Producer | undefined,
  dataDigest: string | undefined,
): { model: Uint8Array; body: Uint8Array } {
  const blank = new Graph()
  const rest = graph.rest ?? { model: { irVersion: blank.irVersion, opsetImport: [] }, graph: undefined }
  const body = {
    name: graph.name,
    node: graph.nodes.map(protoOfNode),
    input: graph.inputs.map(protoOfPort),
    output: graph.outputs.map(protoOfPort),
    valueInfo: graph.values.map(protoOfPort),
  }
  const model: ModelProto = rest.model
  const remarks = (model.metadataProps ?? []).filter(({ key }) => key !== DATA_DIGEST)
  return {
    model: encodeMessage(
      'ModelProto',
      changed(model, {
        // Before version 4 weights had to be among the inputs, which a graph keeps apart.
        irVersion: Math.max(4, graph.irVersion),
        // The weights' hash, so that the file's own stands for both.
        metadataProps:
          dataDigest === undefined ? remarks : [...remarks, { key: DATA_DIGEST, value: dataDigest }],
        ...(producer !== undefined && { producerName: producer.name, producerVersion: producer.version }),
        opsetImport: [...graph.opsets].map(([domain, version]) => ({
          ...(domain !== '' && { domain }),
          version: toInt64(version),
        })),
      }),
    ),
    body: encodeMessage('GraphProto', rest.graph === undefined ? body : changed(rest.graph, body)),
  }
}

/** The start of an initialiser's field, up to where its numbers follow. */
function tensorHead(name: string, tensor: Tensor, place: Placed): Uint8Array {
  const length = byteLength(tensor)
  const bare = headOfTensor(name, tensor)
  const message =
    place === undefined
      ? bare
      : changed(bare, {
          dataLocation: EXTERNAL,
          externalData: [
            { key: 'location', value: place.location },
            { key: 'offset', value: String(place.offset) },
            { key: 'length', value: String(length) },
          ],
        })
  const head = encodeMessage('TensorProto', message)
  const inline = isInline(tensor, place)
  const data = inline ? fieldHead(DATA_FIELDS.rawData, length) : new Uint8Array()
  const total = head.length + data.length + (inline ? length : 0)
  return Buffer.concat([fieldHead(GRAPH_INITIALISER, total), head, data])
}

async function writePieces(path: string, content: Iterable<Uint8Array>, digest?: Hash): Promise<void> {
  const file = await AppendFile.create(path)
  try {
    for (const piece of content) {
      digest?.update(piece)
      await file.append(piece)
    }
  } finally {
    await file.close()
  }
}
