import { FLOAT_TYPES } from './element-types.js'
import { Graph, namesTaken } from './graph.js'
import type { Node } from './node.js'
import { Runtime } from './runtime.js'
import { isStatic, ShapeInference } from './shapes/inference.js'
import { exactFloats, floatTensor } from './tensor.js'

/**
 * Computes the floats that depend on no input and puts tensors in their place. They are computed in float32 from what
 * weights were before they were rounded, and rounded once: a network of halves is as exact as halves are. Memory: all those
 * numbers.
 */
export async function bakeConstants(graph: Graph): Promise<void> {
  const constant = constantNodes(graph)
  const made = new Set(constant.flatMap(({ outputs }) => outputs))
  const others = graph.nodes.filter((node) => !constant.includes(node)).flatMap(namesTaken)
  const used = new Set([...others, ...graph.outputs.map(({ name }) => name)])
  const inference = new ShapeInference(graph)
  const part = new Graph(graph.origin)
  part.opsets.clear()
  for (const [domain, version] of graph.opsets) part.opsets.set(domain, version)
  part.nodes = constant
  for (const name of used) {
    const { type, shape } = inference.of(name)
    if (made.has(name) && isStatic(shape) && FLOAT_TYPES.includes(type as never))
      part.outputs.push({ name, type: 'float32', shape })
  }
  if (part.outputs.length === 0) return
  for (const [name, tensor] of graph.initialisers) {
    const isFloat = FLOAT_TYPES.includes(tensor.type as never)
    part.initialisers.set(
      name,
      isFloat ? floatTensor('float32', tensor.shape, () => exactFloats(tensor)) : tensor,
    )
  }
  part.removeUnused()
  const runtime = await Runtime.open(part, { optimise: false })
  try {
    const results = await runtime.run({})
    for (const { name, shape } of part.outputs) {
      const data = results[name].data as Float32Array
      const type = inference.of(name).type as 'float32'
      graph.initialisers.set(
        name,
        floatTensor(type, shape as number[], () => data),
      )
    }
  } finally {
    await runtime.close()
  }
  const baked = new Set(part.outputs.map(({ name }) => name))
  graph.nodes = graph.nodes.filter(({ outputs }) => !outputs.some((name) => baked.has(name)))
  graph.removeUnused()
}

/** The nodes that depend on no input, in their order. */
function constantNodes(graph: Graph): Node[] {
  const constant = new Set(graph.initialisers.keys())
  return graph.nodes.filter((node) => {
    if (!namesTaken(node).every((name) => constant.has(name))) return false
    for (const name of node.outputs) constant.add(name)
    return true
  })
}
