import { Graph, type GraphParts } from './graph.js'
import { type Provider, Runtime, runtimeTensor } from './runtime.js'
import { runtimeReason } from './runtime-message.js'

/** A network of one node that every provider has: y = x + x for one float32. */
const TWICE: GraphParts = {
  nodes: [{ opType: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  inputs: [{ name: 'x', type: 'float32', shape: [1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1] }],
}

/**
 * Why a provider can't be used, found by running a network on it, and nowhere else, in this process; undefined where it can.
 * @param device of several GPUs
 */
export async function runSmallest(provider: Provider, device?: number): Promise<string | undefined> {
  try {
    const options = { provider, tried: true, elsewhere: false, ...(device !== undefined && { device }) }
    const runtime = await Runtime.open(Graph.of(TWICE), options)
    const { y } = await runtime.run({ x: runtimeTensor('float32', Float32Array.of(1.5), [1]) })
    await runtime.close()
    return y.data[0] === 3 ? undefined : `it added 1.5 and 1.5 to ${y.data[0]}`
  } catch (error) {
    return runtimeReason(error instanceof Error && error.cause !== undefined ? error.cause : error)
  }
}
