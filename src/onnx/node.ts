import { InputError, reasonOf } from '../errors.js'
import { type Attribute, type Attributes, attributeOfProto, protoOfAttribute } from './attribute.js'
import { changed, type GraphProto, given, type NodeProto } from './messages.js'
import type { Tensor } from './tensor.js'

/** An operator of a network with the names of what goes in and comes out. An empty name is an optional one left out. */
export interface Node {
  readonly name: string
  readonly opType: string
  /** the operator set; '' is onnx's own */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
  /** what else the file says of it */
  readonly proto?: NodeProto
}

export function nodeOfProto(proto: NodeProto, modelPath: string): Node {
  const { name, opType, domain, input, output, attribute } = proto
  return {
    name: name ?? '',
    opType,
    domain: domain === 'ai.onnx' ? '' : (domain ?? ''),
    inputs: input,
    outputs: output,
    attributes: Object.fromEntries(
      (attribute ?? []).map((each) => [each.name, attributeOfProto(each, modelPath)]),
    ),
    proto: changed(proto, { attribute: [] }),
  }
}

export function protoOfNode({ name, opType, domain, inputs, outputs, attributes, proto }: Node): NodeProto {
  const fields: NodeProto = {
    opType,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, value]) => protoOfAttribute(key, value)),
    ...(name !== '' && { name }),
    ...(domain !== '' && { domain }),
  }
  return proto === undefined ? fields : changed(proto, fields)
}

/** What messages call a node. */
export function showNode({ name, opType, outputs }: Node): string {
  return `${opType} '${name || outputs.find((output) => output !== '') || ''}'`
}

/**
 * What a file says of a node may contradict itself (a shape of text, axes that aren't there): where that makes looking at it
 * fail, the error names the node.
 * @throws InputError
 */
export function lookingAt<T>(node: Node, origin: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error
    const what = `${showNode(node)} contradicts itself, or has a form that this program doesn't know (${reasonOf(error)})`
    throw new InputError(what, origin, 'check the network with onnx.checker, or export it again', {
      cause: error,
    })
  }
}

export function intOf(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name]
  return typeof value === 'number' ? value : otherwise
}

export function intsOf(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes[name]
  return Array.isArray(value) ? value : undefined
}

export function floatOf(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name]
  return typeof value === 'object' && 'float' in value ? value.float : otherwise
}

export function stringOf(node: Node, name: string, otherwise: string): string {
  const value = node.attributes[name]
  return typeof value === 'string' ? value : otherwise
}

export function tensorAttribute(node: Node, name: string): Tensor | undefined {
  const value = node.attributes[name]
  return typeof value === 'object' && 'tensor' in value ? value.tensor : undefined
}

/** The graphs inside a node (the body of a loop, the branches of a choice). */
export function graphsOf(node: Node): GraphProto[] {
  return Object.values(node.attributes).flatMap((value: Attribute) => {
    if (typeof value !== 'object' || !('proto' in value)) return []
    const one = given(value.proto, 'g')
    return [...(one == null ? [] : [one]), ...(value.proto.graphs ?? [])]
  })
}

/** The names that a graph inside a node takes from around it. */
export function capturedNames(graph: GraphProto): Set<string> {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...(graph.initializer ?? []).map(({ name }) => name ?? ''),
    ...graph.node.flatMap(({ output }) => output),
  ])
  const taken = new Set(graph.output.map(({ name }) => name))
  for (const node of graph.node) {
    for (const name of node.input) taken.add(name)
    for (const inner of graphsOf(nodeOfProto(node, ''))) {
      for (const name of capturedNames(inner)) taken.add(name)
    }
  }
  return new Set([...taken].filter((name) => name !== '' && !own.has(name)))
}
