import { InputError } from '../errors.js'
import type { Attributes } from './attribute.js'
import type { GraphProto, ModelProto } from './messages.js'
import { capturedNames, graphsOf, type Node, showNode } from './node.js'
import type { Port } from './port.js'
import type { Tensor } from './tensor.js'

/** The version of the file format that fresh graphs are written in: the oldest that has their operators. */
const IR_VERSION = 8
/** Of fresh graphs. */
export const OPERATOR_SET = 17

/** The program that a file names as its maker. */
export interface Producer {
  readonly name: string
  readonly version: string
}

/** What a file says that a graph has no words for (remarks, functions, training), written again as it was read. */
export interface GraphRest {
  readonly model: ModelProto
  readonly graph: GraphProto
}

/** A network without weights, in short. */
export interface GraphParts {
  readonly nodes: readonly (Pick<Node, 'opType' | 'inputs' | 'outputs'> &
    Partial<Pick<Node, 'attributes' | 'domain'>>)[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

/**
 * A network that can be read, edited and written: nodes in the order in which they run, the tensors that it carries by
 * their names, what goes in and what comes out. Nodes and ports are values: to edit one, put another in its place.
 */
export class Graph {
  name = 'network'
  irVersion = IR_VERSION
  producer: Producer | undefined
  /** version of each operator set by its domain; '' is onnx's own */
  readonly opsets = new Map<string, number>([['', OPERATOR_SET]])
  nodes: Node[] = []
  readonly initialisers = new Map<string, Tensor>()
  inputs: Port[] = []
  outputs: Port[] = []
  /** what the file says of inner values */
  values: Port[] = []
  rest: GraphRest | undefined

  /** What messages call the graph: the file that it was read from. */
  constructor(readonly origin = 'a network') {}

  /** A graph of its operators, for networks that are written by hand. */
  static of(parts: GraphParts): Graph {
    const graph = new Graph()
    for (const { opType, inputs, outputs, attributes, domain } of parts.nodes)
      graph.add(opType, inputs, outputs, attributes, domain)
    graph.inputs.push(...parts.inputs)
    graph.outputs.push(...parts.outputs)
    return graph
  }

  /** A graph that can be edited apart from this one; tensors are shared. */
  clone(): Graph {
    const copy = new Graph(this.origin)
    copy.name = this.name
    copy.irVersion = this.irVersion
    copy.producer = this.producer
    copy.rest = this.rest
    copy.opsets.clear()
    for (const [domain, version] of this.opsets) copy.opsets.set(domain, version)
    copy.nodes = [...this.nodes]
    for (const [name, tensor] of this.initialisers) copy.initialisers.set(name, tensor)
    copy.inputs = [...this.inputs]
    copy.outputs = [...this.outputs]
    copy.values = [...this.values]
    return copy
  }

  /** Version of onnx's own operators. */
  get opset(): number {
    return this.opsets.get('') ?? 0
  }

  /** The node that makes each value. */
  producers(): Map<string, Node> {
    const made = new Map<string, Node>()
    for (const node of this.nodes) for (const name of node.outputs) if (name !== '') made.set(name, node)
    return made
  }

  /** All names of values that are taken. */
  names(): Set<string> {
    return new Set([
      ...this.inputs.map(({ name }) => name),
      ...this.initialisers.keys(),
      ...this.nodes.flatMap(({ outputs }) => outputs),
      ...this.nodes.flatMap(namesTaken),
    ])
  }

  /** Adds a node that runs last. */
  add(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    domain = '',
  ): void {
    this.nodes.push({ name: outputs[0] ?? '', opType, domain, inputs, outputs, attributes })
    if (!this.opsets.has(domain)) this.opsets.set(domain, 1)
  }

  /** Puts the nodes in an order in which they can run. @throws InputError where they go in a circle */
  sort(): void {
    const made = this.producers()
    const state = new Map<Node, 'open' | 'done'>()
    const order: Node[] = []
    for (const root of this.nodes) {
      const stack: Node[] = [root]
      while (stack.length > 0) {
        const node = stack[stack.length - 1]
        if (state.get(node) === undefined) {
          state.set(node, 'open')
          for (const name of namesTaken(node)) {
            const before = made.get(name)
            if (before === undefined || state.get(before) === 'done') continue
            if (state.get(before) === 'open')
              throw new InputError(
                `the network goes in a circle at ${showNode(node)}`,
                this.origin,
                'export it again',
              )
            stack.push(before)
          }
        } else {
          stack.pop()
          if (state.get(node) === 'done') continue
          state.set(node, 'done')
          order.push(node)
        }
      }
    }
    this.nodes = order
  }

  /** Removes the nodes and tensors that no output needs. Inputs stay. */
  removeUnused(): void {
    const needed = new Set(this.outputs.map(({ name }) => name))
    const kept: Node[] = []
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((name) => needed.has(name))) continue
      kept.push(node)
      for (const name of namesTaken(node)) needed.add(name)
    }
    this.nodes = kept.toReversed()
    for (const name of this.initialisers.keys()) if (!needed.has(name)) this.initialisers.delete(name)
    const made = this.names()
    this.values = this.values.filter(({ name }) => made.has(name))
  }
}

/** All names of values that a node takes, those that graphs inside it take from around it among them. */
export function namesTaken(node: Node): string[] {
  const inner = graphsOf(node).flatMap((graph) => [...capturedNames(graph)])
  return [...node.inputs.filter((name) => name !== ''), ...inner]
}
