import type { Graph } from '../onnx/graph.js'
import { foldNormalisation } from './fold-normalisation.js'
import { mergeBranches } from './merge-branches.js'

/**
 * Makes of a network that can be trained one that computes the same faster: normalisation is folded into the layers
 * around it, and parallel convolutions are merged.
 */
export function foldForInference(graph: Graph): void {
  foldNormalisation(graph)
  mergeBranches(graph)
}
