import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import protobuf from 'protobufjs'
import { toFloat16 } from '../arrays/element-types.js'
import { writeAll } from '../bytes/files.js'
import { asInputError } from '../errors.js'
import type { GraphBuilder, Initialiser } from './graph-builder.js'
import { encodeMessage, type TensorProto } from './messages.js'

const OPERATOR_SET = 17
const IR_VERSION = 8
/** a protobuf message ends at 2 GiB: from here on weights go into a file of their own */
const LARGEST_FILE = 2 ** 31 - 2 ** 24
/** weights in a file of their own begin at multiples of this, so that they can be mapped into memory */
const ALIGNMENT = 4096

const ELEMENT = { float32: 1, int64: 7, float16: 10 } as const
const SIZE = { float32: 4, int64: 8, float16: 2 } as const
const EXTERNAL = 1
const MODEL_GRAPH = 7
const GRAPH_INITIALISER = 5
const TENSOR_RAW_DATA = 9

/** The program that a file names as its maker. */
export interface Producer {
  readonly name: string
  readonly version: string
}

/** Where a network was written: the file, and a second one where its weights would not fit. */
export interface WrittenFiles {
  readonly path: string
  readonly dataPath?: string
}

/**
 * Writes a network as ONNX, weight after weight: memory holds one weight at a time.
 * @param largestFile in bytes: where the file would be larger, its weights go into `PATH.data`
 * @throws InputError where the disk is full
 */
export async function writeModel(
  graph: GraphBuilder,
  path: string,
  producer: Producer,
  largestFile = LARGEST_FILE,
): Promise<WrittenFiles> {
  const total = graph.initialisers.reduce((sum, weight) => sum + byteLength(graph, weight), 0)
  const external = total > largestFile
  const dataPath = `${path}.data`
  try {
    await writeWith(path, async (file) => {
      const small = smallParts(graph, producer)
      const heads: Uint8Array[] = []
      let offset = 0
      for (const weight of graph.initialisers) {
        heads.push(tensorHead(graph, weight, external ? { location: basename(dataPath), offset } : undefined))
        offset = Math.ceil((offset + byteLength(graph, weight)) / ALIGNMENT) * ALIGNMENT
      }
      const weightBytes = external ? 0 : total
      const length = small.graph.length + heads.reduce((sum, head) => sum + head.length, 0) + weightBytes
      await writeAll(file, Buffer.concat([small.model, fieldHead(MODEL_GRAPH, length), small.graph]))
      for (const [i, weight] of graph.initialisers.entries()) {
        await writeAll(file, heads[i])
        if (!external) await writeAll(file, weightBytesOf(graph, weight))
      }
    })
    if (!external) return { path }
    await writeWith(dataPath, async (file) => {
      for (const weight of graph.initialisers) {
        const bytes = weightBytesOf(graph, weight)
        await writeAll(file, bytes)
        await writeAll(file, new Uint8Array((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT))
      }
    })
    return { path, dataPath }
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** All but the weights. */
function smallParts(graph: GraphBuilder, producer: Producer): { model: Uint8Array; graph: Uint8Array } {
  return {
    model: encodeMessage('ModelProto', {
      irVersion: IR_VERSION,
      producerName: producer.name,
      producerVersion: producer.version,
      opsetImport: [{ domain: '', version: OPERATOR_SET }],
    }),
    graph: encodeMessage('GraphProto', {
      name: 'network',
      node: graph.nodes,
      input: graph.inputs,
      output: graph.outputs,
    }),
  }
}

function elementType(graph: GraphBuilder, weight: Initialiser): keyof typeof ELEMENT {
  return weight.type === 'float' ? graph.floatType : weight.type
}

function byteLength(graph: GraphBuilder, weight: Initialiser): number {
  return weight.shape.reduce((product, size) => product * size, SIZE[elementType(graph, weight)])
}

/** The start of an initialiser's field, up to where its numbers follow. */
function tensorHead(
  graph: GraphBuilder,
  weight: Initialiser,
  external?: { location: string; offset: number },
): Uint8Array {
  const length = byteLength(graph, weight)
  const tensor: TensorProto = {
    name: weight.name,
    dims: [...weight.shape],
    dataType: ELEMENT[elementType(graph, weight)],
    ...(external !== undefined && {
      dataLocation: EXTERNAL,
      externalData: [
        { key: 'location', value: external.location },
        { key: 'offset', value: String(external.offset) },
        { key: 'length', value: String(length) },
      ],
    }),
  }
  const head = encodeMessage('TensorProto', tensor)
  const data = external === undefined ? fieldHead(TENSOR_RAW_DATA, length) : new Uint8Array()
  const total = head.length + data.length + (external === undefined ? length : 0)
  return Buffer.concat([fieldHead(GRAPH_INITIALISER, total), head, data])
}

/** The key and length of a field that holds bytes. */
function fieldHead(field: number, length: number): Uint8Array {
  return protobuf.Writer.create()
    .uint32((field << 3) | 2)
    .uint32(length)
    .finish()
}

function weightBytesOf(graph: GraphBuilder, weight: Initialiser): Uint8Array {
  const values = weight.read()
  const stored = values instanceof Float32Array && graph.floatType === 'float16' ? toFloat16(values) : values
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
}

async function writeWith(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'w')
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}
