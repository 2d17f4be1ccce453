import type { Graph } from '../onnx/graph.js'
import { readGraph } from '../onnx/read-graph.js'
import { Runtime, type RuntimeOptions } from '../onnx/runtime.js'
import { Rewriting } from './rewriting.js'
import { splitPrelu } from './split-prelu.js'

/**
 * Opens a network's file in the form that its provider computes fastest: on the processor {@link splitPrelu}, elsewhere as it
 * is. The file stays as it is. @throws InputError where it can't be run
 */
export async function openNetwork(path: string, options: RuntimeOptions = {}): Promise<Runtime> {
  const { provider = 'cpu' } = options
  return Runtime.open(provider === 'cpu' ? processorForm(path) : path, options)
}

function processorForm(path: string): string | Graph {
  const graph = readable(path)
  if (!graph?.nodes.some(({ opType }) => opType === 'PRelu')) return path
  const rewriting = new Rewriting(graph)
  splitPrelu(rewriting)
  rewriting.finish()
  return graph
}

/** What can't be read here may run all the same, and onnxruntime says why where it can't. */
function readable(path: string): Graph | undefined {
  try {
    return readGraph(path)
  } catch {
    return undefined
  }
}
