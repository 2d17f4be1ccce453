import type { Attribute } from '../attribute.js'
import { type Graph, namesTaken } from '../graph.js'
import { GraphBuilder, type Value } from '../graph-builder.js'
import { GraphUses } from '../graph-uses.js'
import type { Node } from '../node.js'
import { isStatic, ShapeInference } from '../shapes/inference.js'
import { elementCount } from '../tensor.js'

/** onnxruntime's operators over maps in blocks. */
const BLOCKED = 'com.microsoft.nchwc'

/**
 * A graph in the making whose maps are there in blocks, as they were, or both. A map in blocks has the shape that it had: only
 * the order of its numbers is another.
 */
export class BlockedBuilder {
  readonly #graph: Graph
  readonly #g: GraphBuilder
  readonly #shapes: ShapeInference
  readonly #uses: GraphUses
  /** maps by their names, and what makes them in blocks where they are asked for */
  readonly #blocked = new Map<Value, () => Value>()
  /** of those, the ones that are not there as they were */
  readonly #onlyBlocked = new Set<Value>()
  /** exchanged maps that are there only as kernels in blocks, by name: the maps that they are of */
  readonly #exchanged = new Map<Value, Value>()

  constructor(
    network: Graph,
    /** numbers of a block */
    readonly block: number,
  ) {
    this.#shapes = new ShapeInference(network)
    this.#uses = new GraphUses(network)
    this.#graph = network.clone()
    this.#g = new GraphBuilder('float32', this.#graph)
    this.#graph.nodes = []
  }

  finish(): Graph {
    for (const { name } of this.#graph.outputs) this.plain(name)
    this.#graph.removeUnused()
    return this.#graph
  }

  /** [batch, channels, height, width], where a value is a map of known size. */
  mapShape(name: Value): readonly number[] | undefined {
    const { shape } = this.#shapes.of(name)
    return isStatic(shape) && shape.length === 4 ? shape : undefined
  }

  shape(name: Value): readonly number[] | undefined {
    const { shape } = this.#shapes.of(name)
    return isStatic(shape) ? shape : undefined
  }

  isNumber(name: Value): boolean {
    const shape = this.shape(name)
    return shape !== undefined && elementCount(shape) === 1
  }

  /** A small constant's numbers. */
  numbers(name: Value): readonly number[] | undefined {
    return this.#shapes.of(name).value?.map(Number)
  }

  consumers(name: Value): readonly Node[] {
    return this.#uses.consumers(name)
  }

  /** How often a value is taken; an output of the graph once more. */
  uses(name: Value): number {
    return this.#uses.count(name)
  }

  /** Whether a map is, or will be, there in blocks. */
  isBlocked(name: Value): boolean {
    return this.#blocked.has(name)
  }

  /** Whether it could be. */
  canBlock(name: Value): boolean {
    const { type } = this.#shapes.of(name)
    const channels = this.mapShape(name)?.[1]
    return type === 'float32' && channels !== undefined && channels % this.block === 0
  }

  /** The map in blocks. */
  blocked(name: Value): Value {
    const known = this.#blocked.get(name)
    if (known !== undefined) return known()
    const blocked = this.own('ReorderInput', [this.plain(name)])
    this.#blocked.set(name, () => blocked)
    return blocked
  }

  /** The map as it was. */
  plain(name: Value): Value {
    const of = this.#exchanged.get(name)
    if (of !== undefined) {
      this.#exchanged.delete(name)
      this.#graph.add('Transpose', [this.plain(of)], [name], { perm: [1, 0, 2, 3] })
      return name
    }
    if (!this.#onlyBlocked.delete(name)) return name
    const channels = this.mapShape(name)?.[1] ?? 0
    this.#graph.add('ReorderOutput', [this.blocked(name)], [name], { channels }, BLOCKED)
    return name
  }

  /** The node's result is a map in blocks, which may be made where it is first asked for. */
  made({ outputs: [name] }: Node, blocked: Value | (() => Value)): void {
    let value = typeof blocked === 'string' ? blocked : undefined
    this.#blocked.set(name, () => {
      value ??= typeof blocked === 'string' ? blocked : blocked()
      return value
    })
    this.#onlyBlocked.add(name)
  }

  /** The node's result, no map, is a value that is there. */
  name({ outputs: [name] }: Node, value: Value): void {
    this.#graph.add('Identity', [value], [name])
  }

  /** A map in blocks that the network has no name for, under a name. */
  inner(blocked: Value): Value {
    this.#blocked.set(blocked, () => blocked)
    return blocked
  }

  laterFilter({ inputs, outputs }: Node): void {
    this.#exchanged.set(outputs[0], inputs[0])
  }

  /** What a map is the exchange of, where it is not there itself. */
  exchangedOf(name: Value): Value | undefined {
    return this.#exchanged.get(name)
  }

  asItIs(node: Node): void {
    for (const name of namesTaken(node)) this.plain(name)
    this.#graph.nodes.push(node)
  }

  /** Puts an activation into the convolution that makes a value. @returns false where something else makes it */
  withActivation(value: Value, activation: string): boolean {
    const at = this.#graph.nodes.findLastIndex(({ outputs }) => outputs[0] === value)
    const node = this.#graph.nodes[at]
    if (node?.domain !== BLOCKED || node.opType !== 'Conv' || 'activation' in node.attributes) return false
    this.#graph.nodes[at] = { ...node, attributes: { ...node.attributes, activation } }
    return true
  }

  /** An operator over maps in blocks. */
  own(opType: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.#add(opType, inputs, attributes, BLOCKED)
  }

  add(opType: string, inputs: readonly Value[], attributes: Node['attributes'] = {}): Value {
    return this.#add(opType, inputs, attributes, '')
  }

  ints(values: readonly number[]): Value {
    return this.#g.ints(values)
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return this.#g.reshape(x, shape)
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return this.#g.transpose(x, perm)
  }

  #add(opType: string, inputs: readonly Value[], attributes: Node['attributes'], domain: string): Value {
    const result = this.#g.name(opType)
    this.#graph.add(opType, inputs, [result], attributes, domain)
    return result
  }
}
