import { FLOAT_TYPES } from '../onnx/element-types.js'
import type { Graph } from '../onnx/graph.js'
import { type FloatType, GraphBuilder, type Value } from '../onnx/graph-builder.js'
import { GraphUses } from '../onnx/graph-uses.js'
import type { Node } from '../onnx/node.js'

/**
 * A graph whose layers are being rewritten. The weights that it carries stay as they are: new ones are computed from them by
 * operators of the graph, which a runtime runs once, when it loads the network. So a rewritten network still holds the
 * exact numbers of its checkpoint, and can be computed in any precision.
 */
export class Rewriting {
  /** adds the operators that compute weights; they may stand behind what uses them until {@link finish} */
  readonly g: GraphBuilder
  readonly #shapes = new Map<Value, readonly number[]>()
  #uses: GraphUses

  constructor(readonly graph: Graph) {
    const types = [...graph.initialisers.values()].map(({ type }) => type)
    this.g = new GraphBuilder(types.find((type) => FLOAT_TYPES.includes(type as never)) as FloatType, graph)
    for (const [name, { shape }] of graph.initialisers) this.#shapes.set(name, shape)
    this.#uses = new GraphUses(graph)
  }

  /** Who makes and who uses each value now. */
  get uses(): GraphUses {
    return this.#uses
  }

  /** The shape of a weight that the graph carries or that was computed from such; undefined for what depends on an input. */
  shapeOf(name: Value | undefined): readonly number[] | undefined {
    return name === undefined ? undefined : this.#shapes.get(name)
  }

  /** Whether a layer's bias is left out, or a weight. */
  isBias(name: Value | undefined): boolean {
    return name === undefined || name === '' || this.#shapes.has(name)
  }

  /** Says that a value is a weight of some shape. */
  weight(value: Value, shape: readonly number[]): Value {
    this.#shapes.set(value, shape)
    return value
  }

  /** A vector [rows] so that it multiplies the rows of a tensor of `rank` axes. */
  perRow(vector: Value, rank: number): Value {
    return this.g.reshape(vector, [-1, ...new Array<number>(rank - 1).fill(1)])
  }

  /** The sum of two biases, of which either may be left out. */
  sum(a: Value | undefined, b: Value | undefined): Value | undefined {
    const [left, right] = [a || undefined, b || undefined]
    return left === undefined ? right : right === undefined ? left : this.g.add(left, right)
  }

  /** Puts a node in the place of the last of some that follow one another; the others go. */
  replace(old: readonly Node[], node: Node): void {
    const last = old[old.length - 1]
    const gone = new Set(old)
    this.graph.nodes = this.graph.nodes.flatMap((each) =>
      each === last ? [node] : gone.has(each) ? [] : [each],
    )
    this.#uses = new GraphUses(this.graph)
  }

  /** A layer with other weights, whose results are those of `last`. */
  relayer(layer: Node, last: Node, weight: Value, bias: Value | undefined): Node {
    const inputs = [layer.inputs[0], weight, ...(bias === undefined ? [] : [bias])]
    return { ...layer, inputs, outputs: last.outputs }
  }

  /** Brings the nodes into an order in which they run, and leaves out what nothing needs any more. */
  finish(): void {
    this.graph.sort()
    this.graph.removeUnused()
  }
}
