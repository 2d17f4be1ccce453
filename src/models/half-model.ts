import { foldForInference } from '../networks/fold-for-inference.js'
import { bakeConstants } from '../onnx/bake-constants.js'
import type { Graph } from '../onnx/graph.js'
import type { HalfType } from '../onnx/half/half-operators.js'
import { type HalfNetwork, type HalfOptions, inHalfPrecision } from '../onnx/half/half-precision.js'
import { readGraph } from '../onnx/read-graph.js'

/** The network of an ONNX file in half precision. @throws InputError as {@link halfGraph}, or where the file is no network */
export function halfNetwork(path: string, type: HalfType, options: HalfOptions = {}): Promise<HalfNetwork> {
  return halfGraph(readGraph(path), type, options)
}

/**
 * A network in half precision: normalisation folded into the layers around it first, and all that depends
 * on weights alone computed in float32, so that weights are rounded once.
 * @throws InputError where nothing in it would compute in halves
 */
export async function halfGraph(
  graph: Graph,
  type: HalfType,
  options: HalfOptions = {},
): Promise<HalfNetwork> {
  foldForInference(graph)
  await bakeConstants(graph)
  return inHalfPrecision(graph, type, options)
}
