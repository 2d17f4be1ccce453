import { reasonOf } from '../errors.js'
import { Graph, type GraphParts } from './graph.js'
import { type Provider, Runtime } from './runtime.js'

/** The smallest network there is, y = x for one float32. */
const IDENTITY: GraphParts = {
  nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', type: 'float32', shape: [1] }],
  outputs: [{ name: 'y', type: 'float32', shape: [1] }],
}

/** Why a provider can't be used, found by opening a network on it in this process; undefined where it can. */
export async function openSmallest(provider: Provider): Promise<string | undefined> {
  try {
    const runtime = await Runtime.open(Graph.of(IDENTITY), { provider, tried: true })
    await runtime.close()
    return undefined
  } catch (error) {
    return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error)
  }
}
