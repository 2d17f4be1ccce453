import { InputError } from '../../errors.js'
import type { Attribute } from '../attribute.js'
import { ELEMENT_TYPES } from '../element-types.js'
import { Graph } from '../graph.js'
import { GraphBuilder, type Value } from '../graph-builder.js'
import type { Node } from '../node.js'
import type { Port } from '../port.js'
import { isStatic, ShapeInference } from '../shapes/inference.js'
import { numbersIn } from '../shapes/known.js'
import { floatTensor, type Tensor } from '../tensor.js'
import { DECOMPOSITIONS, errorFunction } from './decompositions.js'

const FLOAT32 = ELEMENT_TYPES.float32.code
const FLOAT64 = ELEMENT_TYPES.float64.code

/**
 * The same network computed in float64 throughout: inputs, outputs, weights and what is between. Operators that
 * onnxruntime has no float64 for become others (convolutions a product of matrices). Many times slower than float32, and
 * exact to some 1e-12; for what float32's rounding would decide, as small gradients through many kinks are.
 *
 * All sizes must be known. The operators of {@link withDoubleKernels} are left: differentiate first, then call it.
 * @throws InputError where an operator can't be brought to float64
 */
export function inDoublePrecision(network: Graph): Graph {
  const inference = new ShapeInference(network)
  const graph = new Graph(network.origin)
  graph.opsets.clear()
  for (const [domain, version] of network.opsets) graph.opsets.set(domain, version)
  const g = new GraphBuilder('float64', graph)
  for (const name of network.names()) g.take(name)
  for (const { name } of network.nodes) g.take(name)
  graph.inputs = network.inputs.map(inDouble)
  for (const [name, tensor] of network.initialisers) g.initialiser(name, doubled(tensor))
  const around = {
    shape: (name: Value) => {
      const { shape } = inference.of(name)
      if (isStatic(shape)) return shape
      throw new InputError(`the size of '${name}' is not known`, network.origin, 'give all sizes')
    },
    numbers: (name: Value) => numbersIn(inference.of(name)),
  }
  for (const node of network.nodes) {
    const decompose = node.domain === '' ? DECOMPOSITIONS[node.opType] : undefined
    if (decompose === undefined) graph.nodes.push(withDoubleAttributes(node))
    else graph.add('Identity', [decompose(g, node, around)], [node.outputs[0]])
  }
  graph.outputs = network.outputs.map(inDouble)
  graph.removeUnused()
  return graph
}

/**
 * Replaces what onnxruntime still computes in float32 only, in place: the error function by a series of float64; the
 * arctangent by float32's, which is right to 1e-7.
 */
export function withDoubleKernels(graph: Graph): void {
  const nodes = graph.nodes
  const g = new GraphBuilder('float64', graph)
  graph.nodes = []
  for (const node of nodes) {
    const [x] = node.inputs
    if (node.opType === 'Erf') graph.add('Identity', [errorFunction(g, x)], node.outputs)
    else if (node.opType === 'Atan')
      graph.add('Cast', [g.node('Atan', [g.cast(x, 'float32')])], node.outputs, { to: FLOAT64 })
    else graph.nodes.push(node)
  }
}

function inDouble({ name, type, shape }: Port): Port {
  return { name, type: type === 'float32' ? 'float64' : type, shape }
}

function doubled(tensor: Tensor): Tensor {
  if (tensor.type !== 'float32') return tensor
  return floatTensor('float64', tensor.shape, () =>
    Float64Array.from(tensor.exact?.() ?? (tensor.read() as Float32Array)),
  )
}

function withDoubleAttributes(node: Node): Node {
  const { proto: _, ...plain } = node
  const attributes: Record<string, Attribute> = {}
  for (const [name, value] of Object.entries(node.attributes)) {
    if (node.opType === 'Cast' && name === 'to' && value === FLOAT32) attributes[name] = FLOAT64
    else if (typeof value === 'object' && 'tensor' in value)
      attributes[name] = { tensor: doubled(value.tensor) }
    else attributes[name] = value
  }
  return { ...plain, attributes }
}
