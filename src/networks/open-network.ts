import type { Graph } from '../onnx/graph.js'
import type { Provider } from '../onnx/providers.js'
import { readGraph } from '../onnx/read-graph.js'
import { Runtime, type RuntimeOptions } from '../onnx/runtime.js'
import { channelsLast } from './channels-last.js'
import { Rewriting } from './rewriting.js'
import { splitPrelu } from './split-prelu.js'

/**
 * Opens a network's file in the form that its provider computes fastest: on the processor {@link splitPrelu}, on CUDA
 * {@link channelsLast} (not where TF32 is off: there digits count more), elsewhere as it is. The file stays as it is. @throws InputError where it can't be run
 */
export async function openNetwork(path: string, options: RuntimeOptions = {}): Promise<Runtime> {
  const { provider = 'cpu' } = options
  return Runtime.open(FORMS[provider]?.(path) ?? path, options)
}

function processorForm(path: string): Graph | undefined {
  const graph = readable(path)
  if (!graph?.nodes.some(({ opType }) => opType === 'PRelu')) return undefined
  const rewriting = new Rewriting(graph)
  splitPrelu(rewriting)
  rewriting.finish()
  return graph
}

function cudaForm(path: string): Graph | undefined {
  const graph = readable(path)
  return graph && channelsLast(graph)
}

const FORMS: Readonly<Partial<Record<Provider, (path: string) => Graph | undefined>>> = {
  cpu: processorForm,
  cuda: cudaForm,
}

/** What can't be read here may run all the same, and onnxruntime says why where it can't. */
function readable(path: string): Graph | undefined {
  try {
    return readGraph(path)
  } catch {
    return undefined
  }
}
