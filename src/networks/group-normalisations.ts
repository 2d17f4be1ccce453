import type { Graph } from '../onnx/graph.js'
import type { Value } from '../onnx/graph-builder.js'
import { GraphUses } from '../onnx/graph-uses.js'
import { floatOf, type Node } from '../onnx/node.js'

/** A group normalisation that is written with onnx's operators, and the SiLU behind it where there is one. */
export interface GroupNormalisation {
  /** what it is made of, but for the last */
  readonly inner: readonly Node[]
  readonly last: Node
  /** the map that goes in: float32, or halves */
  readonly map: Value
  /** one number a channel, float32 */
  readonly factor: Value
  readonly summand: Value
  readonly groups: number
  readonly epsilon: number
  readonly silu: boolean
}

/** onnx's own default */
const EPSILON = 1e-5

/**
 * Group normalisations as exporters and this program write them: a map as groups, InstanceNormalization, back into its
 * shape, times a factor, plus a summand; maybe times its sigmoid. A map of halves is cast to float32 for it, and back.
 */
export function groupNormalisations(graph: Graph): GroupNormalisation[] {
  const uses = new GraphUses(graph)
  const makers = graph.producers()
  return graph.nodes.flatMap((node) =>
    node.opType === 'InstanceNormalization' ? (found(graph, uses, makers, node) ?? []) : [],
  )
}

function found(
  graph: Graph,
  uses: GraphUses,
  makers: ReadonlyMap<string, Node>,
  norm: Node,
): GroupNormalisation | undefined {
  const numbers = (name: Value): number[] | undefined => {
    const tensor = graph.initialisers.get(name)
    return tensor && tensor.shape.length === 1
      ? Array.from(tensor.read() as ArrayLike<number | bigint>, Number)
      : undefined
  }
  const cast = only(makers.get(norm.inputs[0]), 'Cast')
  const grouping = only(makers.get(cast?.inputs[0] ?? norm.inputs[0]), 'Reshape')
  const [ones, zeros] = [numbers(norm.inputs[1]), numbers(norm.inputs[2])]
  if (grouping === undefined || ones === undefined || zeros === undefined) return undefined
  const target = numbers(grouping.inputs[1])
  const groups = ones.length
  if (target?.join() !== [0, groups, -1].join()) return undefined
  if (!ones.every((one) => one === 1) || !zeros.every((zero) => zero === 0)) return undefined
  const back = only(uses.onlyConsumer(norm.outputs[0]), 'Reshape')
  const times = back && only(uses.onlyConsumer(back.outputs[0]), 'Mul')
  const plus = times && only(uses.onlyConsumer(times.outputs[0]), 'Add')
  if (back === undefined || times === undefined || plus === undefined) return undefined
  const factor = perChannel(graph, other(times, back.outputs[0]))
  const summand = perChannel(graph, other(plus, times.outputs[0]))
  if (factor === undefined || summand === undefined) return undefined
  const inner = [...(cast ? [cast] : []), grouping, norm, ...shapeOf(uses, makers, back), back, times]
  const users = uses.consumers(plus.outputs[0])
  const sigmoid = users.length === 2 ? users.find(({ opType }) => opType === 'Sigmoid') : undefined
  const product = sigmoid && only(uses.onlyConsumer(sigmoid.outputs[0]), 'Mul')
  const isSilu = product !== undefined && other(product, sigmoid?.outputs[0] ?? '') === plus.outputs[0]
  const nodes = isSilu && sigmoid !== undefined ? [...inner, plus, sigmoid, product] : [...inner, plus]
  const halves = cast && only(uses.onlyConsumer(nodes[nodes.length - 1].outputs[0]), 'Cast')
  // A normalisation of halves whose result is used in float32 as well is left alone.
  if (cast !== undefined && halves === undefined) return undefined
  if (halves !== undefined) nodes.push(halves)
  return {
    inner: nodes.slice(0, -1),
    last: nodes[nodes.length - 1],
    map: grouping.inputs[0],
    ...{ factor, summand, groups, silu: isSilu },
    epsilon: floatOf(norm, 'epsilon', EPSILON),
  }
}

/** The nodes that tell the shape to go back into, where they do nothing else. */
function shapeOf(uses: GraphUses, makers: ReadonlyMap<string, Node>, { inputs }: Node): Node[] {
  const shape = uses.onlyConsumer(inputs[1]) && only(makers.get(inputs[1]), 'Shape')
  if (shape === undefined) return []
  const cast = uses.onlyConsumer(shape.inputs[0]) && only(makers.get(shape.inputs[0]), 'Cast')
  return cast === undefined ? [shape] : [cast, shape]
}

const only = (node: Node | undefined, opType: string): Node | undefined =>
  node?.opType === opType ? node : undefined

const other = ({ inputs }: Node, one: Value): Value => inputs.find((name) => name !== one) ?? one

/** A weight of shape [channels, 1, 1]. */
function perChannel(graph: Graph, name: Value): Value | undefined {
  const shape = graph.initialisers.get(name)?.shape
  return shape?.length === 3 && shape[1] * shape[2] === 1 ? name : undefined
}
