import type { Graph } from './graph.js'
import type { Node } from './node.js'
import { reshaped } from './port.js'
import { inferredPort, isStatic, type Known, ShapeInference, type Sizes } from './shapes/inference.js'
import { type Tensor, tensorOfNumbers } from './tensor.js'

/** A value that is known whole, as a tensor; undefined where it isn't. */
export function constantOf({ type, shape, value }: Known): Tensor | undefined {
  if (type === 'not a tensor' || type === 'unknown' || type === 'string' || !isStatic(shape)) return undefined
  if (value === undefined || !value.every((each) => typeof each === 'number')) return undefined
  return tensorOfNumbers(type, shape, value as number[])
}

/** Nodes whose results are the same whatever goes in become tensors (small ones: shapes, scales, masks). */
export function foldConstants(graph: Graph, inference = new ShapeInference(graph)): void {
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const kept: Node[] = []
  for (const node of graph.nodes) {
    const tensors = node.outputs.map((name) => (name === '' ? undefined : constantOf(inference.of(name))))
    const whole = node.outputs.every((name, i) => name === '' || tensors[i] !== undefined)
    if (!whole || node.outputs.some((name) => outputs.has(name))) kept.push(node)
    else
      for (const [i, name] of node.outputs.entries()) if (tensors[i]) graph.initialisers.set(name, tensors[i])
  }
  graph.nodes = kept
  graph.removeUnused()
}

/** Gives free dimensions their sizes, and all outputs the shapes that follow. @throws InputError for a name that no input has */
export function fixSizes(graph: Graph, sizes: Sizes): void {
  const inference = new ShapeInference(graph, sizes)
  graph.inputs = graph.inputs.map((port) => {
    const { shape } = inference.of(port.name)
    return shape === undefined || Object.keys(sizes).length === 0 ? port : reshaped(port, shape)
  })
  graph.outputs = graph.outputs.map((port) => {
    const inferred = inferredPort(port.name, inference)
    return isStatic(inferred.shape) && inferred.unranked !== true ? reshaped(port, inferred.shape) : port
  })
  graph.values = []
}
