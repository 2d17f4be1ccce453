import type { Graph } from '../onnx/graph.js'
import { foldNormalisation } from './fold-normalisation.js'
import { mergeBranches } from './merge-branches.js'
import { mergePointwise } from './merge-pointwise.js'
import { Rewriting } from './rewriting.js'
import { splitDoubling } from './split-doubling.js'

/**
 * Makes of a network that can be trained one that computes the same faster: normalisation is folded into the layers
 * around it, layers that are linear together become one, a doubled map is convolved before it is doubled. The network's
 * weights stay as they are, as do their names: those of the new layers are computed from them when it is loaded.
 */
export function foldForInference(graph: Graph): void {
  const rewriting = new Rewriting(graph)
  foldNormalisation(rewriting)
  mergeBranches(rewriting)
  mergePointwise(rewriting)
  splitDoubling(rewriting)
  rewriting.finish()
}
