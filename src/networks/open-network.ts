import { cores } from '../cores.js'
import { bakeConstants } from '../onnx/bake-constants.js'
import type { Graph } from '../onnx/graph.js'
import type { Provider } from '../onnx/providers.js'
import { readGraph } from '../onnx/read-graph.js'
import { Runtime, type RuntimeOptions } from '../onnx/runtime.js'
import { channelsLast } from './channels-last.js'
import { filterRows } from './filter-rows.js'
import { Rewriting } from './rewriting.js'
import { splitPrelu } from './split-prelu.js'

/** {@link filterRows} makes twenty operators of one, at each of which threads wait for one another. */
const MOST_THREADS = 8

/**
 * Opens a network's file in the form that its provider computes fastest: on the processor {@link splitPrelu} and
 * {@link filterRows}, on CUDA {@link channelsLast} (not where TF32 is off: there digits count more), elsewhere as it is.
 * The file stays as it is.
 * @param extend adds to the network what should be computed beside it
 * @throws InputError where it can't be run, or can't be read where something is to be added
 */
export async function openNetwork(
  path: string,
  options: RuntimeOptions = {},
  extend?: (graph: Graph) => void,
): Promise<Runtime> {
  const { provider = 'cpu' } = options
  const form = await FORMS[provider]?.(path, options)
  if (extend === undefined) return Runtime.open(form ?? path, options)
  const graph = form ?? readGraph(path)
  extend(graph)
  return Runtime.open(graph, options)
}

/** Of networks with PReLU, which are recognisers: what others make stays the same to the last bit. */
async function processorForm(
  path: string,
  { threads = cores() }: RuntimeOptions,
): Promise<Graph | undefined> {
  const graph = readable(path)
  if (!graph?.nodes.some(({ opType }) => opType === 'PRelu')) return undefined
  const rewriting = new Rewriting(graph)
  splitPrelu(rewriting)
  rewriting.finish()
  // Other processors' kernels were not measured.
  if (process.arch !== 'x64' || threads > MOST_THREADS) return graph
  const baked = graph.clone()
  await bakeConstants(baked)
  return filterRows(baked) ?? graph
}

async function cudaForm(path: string): Promise<Graph | undefined> {
  const graph = readable(path)
  const last = graph && channelsLast(graph)
  // Left to onnxruntime, kernels of halves come out of what it computes beforehand in another type than they went in.
  if (last !== undefined) await bakeConstants(last)
  return last
}

type Form = (path: string, options: RuntimeOptions) => Graph | undefined | Promise<Graph | undefined>

const FORMS: Readonly<Partial<Record<Provider, Form>>> = {
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
