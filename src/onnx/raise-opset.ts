import { InputError } from '../errors.js'
import type { Graph } from './graph.js'
import { intsOf, type Node, showNode } from './node.js'
import { int64Tensor } from './tensor.js'

/** The oldest version of onnx's operators that is read here: from it on, most operators stay as they are. */
const OLDEST = 13

/** Reductions that take their axes as an input from version 18 on, and as an attribute before. */
const AXES_FROM_18 = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
]

/** Operators that mean something else from a version on, or say it otherwise. */
const CHANGED: Readonly<Record<string, number>> = { RoiAlign: 16, GridSample: 20, GroupNormalization: 21 }

/**
 * Rewrites a graph for a later version of onnx's operators, in place: what it computes stays the same.
 * @throws InputError where the graph is older than version 13, or holds an operator whose meaning changed
 */
export function raiseOpset(graph: Graph, version: number): void {
  const from = graph.opset
  if (from === version) return
  const refuse = (what: string) =>
    new InputError(
      what,
      graph.origin,
      `export it with operator set ${version}, or convert it with onnx.version_converter`,
    )
  if (from > version) throw refuse(`its operator set ${from} is newer than ${version}`)
  if (from < OLDEST) throw refuse(`its operator set ${from} is older than ${OLDEST}`)
  const names = graph.names()
  const nameOf = (base: string): string => {
    let name = base
    for (let i = 0; names.has(name); i++) name = `${base}_${i}`
    names.add(name)
    return name
  }
  graph.nodes = graph.nodes.map((node): Node => {
    const changes = node.domain === '' ? CHANGED[node.opType] : undefined
    if (changes !== undefined && from < changes && changes <= version)
      throw refuse(`${showNode(node)} means something else from operator set ${changes} on`)
    if (node.domain !== '' || from >= 18 || version < 18) return node
    if (node.opType === 'Split' && node.inputs.length === 1)
      return { ...node, attributes: { ...node.attributes, num_outputs: node.outputs.length } }
    const axes = intsOf(node, 'axes')
    if (!AXES_FROM_18.includes(node.opType) || axes === undefined) return node
    const { axes: _, ...attributes } = node.attributes
    const name = nameOf(`${node.outputs[0]}_axes`)
    graph.initialisers.set(name, int64Tensor([axes.length], axes))
    return { ...node, inputs: [node.inputs[0], name], attributes }
  })
  graph.opsets.set('', version)
}
