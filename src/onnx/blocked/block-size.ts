import { Graph } from '../graph.js'
import { Runtime, runtimeTensor } from '../runtime.js'

/** As many channels as the largest block that onnxruntime has. */
const CHANNELS = 16
/** More than one, so that the order shows. */
const PLACES = 2

let found: Promise<number | undefined> | undefined

/**
 * How many channels are together in onnxruntime's maps in blocks on this processor, found by turning a map; undefined where it
 * has none.
 */
export function blockSize(): Promise<number | undefined> {
  found ??= find().catch(() => undefined)
  return found
}

async function find(): Promise<number | undefined> {
  const shape = [1, CHANNELS, 1, PLACES]
  const graph = new Graph()
  graph.inputs.push({ name: 'map', type: 'float32', shape })
  graph.outputs.push({ name: 'blocked', type: 'float32', shape })
  graph.add('ReorderInput', ['map'], ['blocked'], {}, 'com.microsoft.nchwc')
  const runtime = await Runtime.open(graph, { threads: 1 })
  // Each number says which channel it is of.
  const channels = Float32Array.from({ length: CHANNELS * PLACES }, (_, i) => Math.floor(i / PLACES))
  const { blocked } = await runtime.run({ map: runtimeTensor('float32', channels, shape) })
  await runtime.close()
  // The first channel comes again after all of its block.
  const size = Array.from(blocked.data, Number).indexOf(0, 1)
  return size > 1 ? size : undefined
}
