import { toBfloat16, toFloat16, toFloat32 } from '../../arrays/element-types.js'
import { InputError } from '../../errors.js'
import type { Attributes } from '../attribute.js'
import { bytesOfArray, ELEMENT_TYPES } from '../element-types.js'
import { type Graph, namesTaken } from '../graph.js'
import { GraphBuilder, type Value } from '../graph-builder.js'
import { graphsOf, type Node } from '../node.js'
import { ShapeInference } from '../shapes/inference.js'
import { exactFloats, type Tensor } from '../tensor.js'
import { FOLLOWING, type HalfType, isComputed, LEADING } from './half-operators.js'

export interface HalfOptions {
  /**
   * true: the same numbers from float32 operators, by rounding what goes into and comes out of those that would compute in
   * halves. For processors, which have few operators of halves; as slow as float32
   */
  readonly imitated?: boolean
}

/** A network in half precision, and how it came about. */
export interface HalfNetwork {
  readonly graph: Graph
  /** nodes that compute in halves, and all nodes of the network that was given */
  readonly nodes: { readonly half: number; readonly all: number }
  /** the operators that stay in float32 */
  readonly kept: readonly string[]
  /** finite weights beyond the largest half, which became the largest, among those that were read */
  readonly clipped: () => number
}

const LARGEST = 65504

/**
 * The network with weights and activations of 16 bits. Inputs and outputs stay float32, and so do norms, softmax,
 * reductions, powers and whatever else sums many numbers or grows quickly: convolutions and products lead, what follows them
 * without leaving halves stays in halves, and all else is float32. Weights are rounded once, to nearest; constants that
 * depend on weights should be computed before ({@link bakeConstants}).
 * @throws InputError where nothing in the network would compute in halves
 */
export function inHalfPrecision(
  network: Graph,
  type: HalfType,
  { imitated = false }: HalfOptions = {},
): HalfNetwork {
  const inference = new ShapeInference(network)
  const graph = network.clone()
  const g = new GraphBuilder('float32', graph)
  graph.nodes = []
  graph.values = []
  /** the values of halves, by the name that they had in float32 */
  const halves = new Map<Value, Value>()
  const roundings = new Map<Value, Value>()
  const singles = new Set<Value>()
  const counts = { half: 0, clipped: 0 }

  const cast = (value: Value, to: 'float32' | HalfType) =>
    g.node('Cast', [value], { to: ELEMENT_TYPES[to].code })
  const rounded = (value: Value) => cast(cast(value, type), 'float32')
  const asHalf = (name: Value): Value => {
    const known = halves.get(name) ?? roundings.get(name)
    if (known !== undefined) return known
    const tensor = network.initialisers.get(name)
    const value =
      tensor === undefined
        ? imitated
          ? rounded(name)
          : cast(name, type)
        : g.initialiser(g.freeName(`${name}_half`), halfTensor(tensor, type, imitated, counts))
    roundings.set(name, value)
    return value
  }
  /** Makes the value by its own name where only its halves are there. */
  const restore = (name: Value): void => {
    const half = halves.get(name)
    if (half === undefined || singles.has(name)) return
    singles.add(name)
    const attributes: Attributes = imitated ? {} : { to: ELEMENT_TYPES.float32.code }
    const opType = imitated ? 'Identity' : 'Cast'
    graph.nodes.push({
      ...{ name: g.freeName(`${name}_float32`), opType, domain: '' },
      ...{ inputs: [half], outputs: [name], attributes },
    })
  }
  const isFloat = (name: Value) => name !== '' && inference.of(name).type === 'float32'

  const kept = new Set<string>()
  for (const node of network.nodes) {
    if (isHalf(node, type, isFloat, (name) => halves.has(name), network)) {
      counts.half++
      const inputs = node.inputs.map((name, i) =>
        isFloat(name) && isComputed(node.opType, i) ? asHalf(name) : name,
      )
      const outputs = node.outputs.map((name) => (name === '' ? '' : g.freeName(`${name}_half`)))
      graph.nodes.push({ ...node, inputs, outputs })
      for (const [i, name] of node.outputs.entries())
        if (name !== '') halves.set(name, imitated ? rounded(outputs[i]) : outputs[i])
    } else {
      if (node.outputs.some(isFloat)) kept.add(node.opType)
      for (const name of namesTaken(node)) restore(name)
      graph.nodes.push(node)
    }
  }
  if (counts.half === 0)
    throw new InputError(
      `the network has nothing that computes in ${type}`,
      network.origin,
      `it has float32 ${[...LEADING[type]].join(', ')} nowhere: leave it as it is`,
    )
  for (const { name } of network.outputs) restore(name)
  graph.removeUnused()
  return {
    graph,
    nodes: { half: counts.half, all: network.nodes.length },
    kept: [...kept].sort(),
    clipped: () => counts.clipped,
  }
}

/** Whether a node computes in halves. */
function isHalf(
  node: Node,
  type: HalfType,
  isFloat: (name: Value) => boolean,
  hasHalf: (name: Value) => boolean,
  { initialisers }: Graph,
): boolean {
  if (node.domain !== '' || graphsOf(node).length > 0) return false
  const floats = node.inputs.filter((name, i) => isFloat(name) && isComputed(node.opType, i))
  if (LEADING[type].has(node.opType)) return floats.length > 0
  if (!FOLLOWING[type].has(node.opType)) return false
  const computed = floats.filter((name) => !initialisers.has(name))
  return computed.length > 0 && computed.every(hasHalf)
}

/** The weights in halves, or what halves make of them, rounded when they are read. */
function halfTensor(tensor: Tensor, type: HalfType, imitated: boolean, counts: { clipped: number }): Tensor {
  const round = (): Uint16Array => {
    const values = exactFloats(tensor)
    return type === 'bfloat16' ? toBfloat16(values) : toFloat16(clipped(values, counts))
  }
  return imitated
    ? { type: 'float32', shape: tensor.shape, read: () => toFloat32(type, bytesOfArray(round())) }
    : { type, shape: tensor.shape, read: round }
}

function clipped(values: Float32Array, counts: { clipped: number }): Float32Array {
  let out = values
  // A loop: calling a function for each of hundreds of millions of weights takes longer than all else about them.
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i])
    if (!(size > LARGEST && size < Number.POSITIVE_INFINITY)) continue
    if (out === values) out = values.slice()
    counts.clipped++
    out[i] = Math.sign(values[i]) * LARGEST
  }
  return out
}
