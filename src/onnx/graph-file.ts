import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forgetTemporary, temporaryFolderBeside } from '../bytes/temporary.js'
import { InputError } from '../errors.js'
import { bytesOf } from './element-types.js'
import type { Graph } from './graph.js'
import { elementCount } from './tensor.js'
import { encodeGraph, writeGraph } from './write-graph.js'

/** In bytes: with more weights than this a graph is opened from a file. */
const LARGE = 2 ** 27

/**
 * Opens a graph by what onnxruntime takes: its bytes; or, where it has many weights, a temporary file that they lie beside, so
 * that memory holds them once instead of three times, and there may be more than 2 GB of them. Where there is no room for
 * the file, memory must do.
 */
export async function openGraph<T>(
  graph: Graph,
  open: (model: Uint8Array | string) => Promise<T>,
  large = LARGE,
): Promise<T> {
  const tensors = [...graph.initialisers.values()]
  const total = tensors.reduce((sum, { type, shape }) => sum + bytesOf(type, elementCount(shape)), 0)
  if (total <= large) return open(encodeGraph(graph))
  const folder = await temporaryFolderBeside(join(tmpdir(), 'vec2face-bench-graph'))
  try {
    const path = join(folder, 'graph.onnx')
    const written = await writeGraph(graph, path, { largestFile: 0 }).catch((error: unknown) => {
      if (error instanceof InputError) return undefined
      throw error
    })
    return await open(written === undefined ? encodeGraph(graph) : path)
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {})
    forgetTemporary(folder)
  }
}
