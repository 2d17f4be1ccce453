import { type Graph, namesTaken } from './graph.js'
import type { Node } from './node.js'

/** Who makes and who uses each value of a graph, as it was when this was made. */
export class GraphUses {
  readonly #producers: Map<string, Node>
  readonly #consumers = new Map<string, Node[]>()
  readonly #outputs: Set<string>

  constructor(graph: Graph) {
    this.#producers = graph.producers()
    this.#outputs = new Set(graph.outputs.map(({ name }) => name))
    for (const node of graph.nodes) {
      for (const name of namesTaken(node)) {
        const users = this.#consumers.get(name)
        if (users === undefined) this.#consumers.set(name, [node])
        else users.push(node)
      }
    }
  }

  /** The node that makes a value which one node alone uses. */
  onlyProducer(name: string): Node | undefined {
    return this.onlyConsumer(name) === undefined ? undefined : this.#producers.get(name)
  }

  /** The one node that uses a value. */
  onlyConsumer(name: string): Node | undefined {
    const users = this.#consumers.get(name)
    return users?.length === 1 && !this.#outputs.has(name) ? users[0] : undefined
  }

  /** How often a value is taken; an output of the graph once more. */
  count(name: string): number {
    return this.consumers(name).length + (this.#outputs.has(name) ? 1 : 0)
  }

  /** The nodes that use a value. */
  consumers(name: string): readonly Node[] {
    return this.#consumers.get(name) ?? []
  }
}
