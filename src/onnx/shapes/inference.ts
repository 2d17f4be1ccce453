import { InputError } from '../../errors.js'
import type { Graph } from '../graph.js'
import { lookingAt, type Node } from '../node.js'
import { type Dimension, type Port, UNNAMED } from '../port.js'
import { elementCount, numbersOf, type Tensor } from '../tensor.js'
import { COMPUTATION } from './computation.js'
import { CREATION } from './creation.js'
import { ELEMENTWISE } from './elementwise.js'
import { type Known, known, MOST_NUMBERS, type ShapeRule, UNKNOWN } from './known.js'
import { RESHAPING } from './reshaping.js'
import { SELECTION } from './selection.js'

export type { Known } from './known.js'

/** What each operator of onnx's own set gives, from what goes in. */
const RULES: Readonly<Record<string, ShapeRule>> = {
  ...ELEMENTWISE,
  ...RESHAPING,
  ...SELECTION,
  ...CREATION,
  ...COMPUTATION,
}

/** Sizes to put in the place of free ones, by their names. */
export type Sizes = Readonly<Record<string, number>>

/**
 * Types, shapes and small constants of all values of a graph, as far as they are known before it runs. Sizes that are
 * free have names, and equal names are equal sizes. Grows with the graph: {@link add} takes another node.
 */
export class ShapeInference {
  readonly #known = new Map<string, Known>()
  readonly #said: ReadonlyMap<string, Port>
  readonly #opset: number

  /**
   * @param sizes of free dimensions, by their names in the graph
   * @param variable tensors of the graph whose numbers will change: they are no constants
   * @throws InputError where no input of the graph has such a dimension
   */
  constructor(
    readonly graph: Graph,
    sizes: Sizes = {},
    variable: ReadonlySet<string> = new Set(),
  ) {
    this.#opset = graph.opset
    this.#said = new Map(graph.values.map((port) => [port.name, port]))
    const names = new Set(graph.inputs.flatMap(({ shape }) => shape))
    for (const name of Object.keys(sizes)) {
      if (names.has(name)) continue
      const free = [...names].filter((size) => typeof size === 'string').join(', ')
      throw new InputError(
        `no input has a free size '${name}'`,
        graph.origin,
        free === '' ? 'all sizes are fixed' : `the free ones are ${free}`,
      )
    }
    for (const port of graph.inputs) this.#known.set(port.name, ofPort(port, sizes))
    for (const [name, tensor] of graph.initialisers)
      this.#known.set(name, variable.has(name) ? known(tensor.type, tensor.shape) : ofTensor(tensor))
    for (const node of graph.nodes) this.add(node)
  }

  /** What is known of a value; nothing of one that the graph doesn't have. */
  of(name: string): Known {
    return this.#known.get(name) ?? UNKNOWN
  }

  set(name: string, value: Known): void {
    this.#known.set(name, value)
  }

  addTensor(name: string, tensor: Tensor): void {
    this.#known.set(name, ofTensor(tensor))
  }

  /** What is known of a node's results, without keeping it. */
  results(node: Node): readonly Known[] {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : this.of(name)))
    const rule = node.domain === '' ? RULES[node.opType] : undefined
    const result =
      rule === undefined
        ? []
        : lookingAt(node, this.graph.origin, () => rule({ node, opset: this.#opset, inputs }))
    return Array.isArray(result) ? result : [result as Known]
  }

  add(node: Node): void {
    const results = this.results(node)
    for (const [i, name] of node.outputs.entries()) {
      if (name === '') continue
      this.#known.set(name, withSaid(results[i] ?? UNKNOWN, this.#said.get(name)))
    }
  }
}

function ofPort({ name, type, shape, unranked }: Port, sizes: Sizes): Known {
  if (unranked === true) return known(type, undefined)
  return known(
    type,
    shape.map((size, i) => (size === UNNAMED ? `${name}.${i}` : (sizes[size] ?? size))),
  )
}

function ofTensor(tensor: Tensor): Known {
  const small = tensor.type !== 'string' && elementCount(tensor.shape) <= MOST_NUMBERS
  return known(tensor.type, tensor.shape, small ? numbersOf(tensor) : undefined)
}

/** Fills what a rule doesn't know with what the file says of the value. */
function withSaid(found: Known, said: Port | undefined): Known {
  if (said === undefined || said.unranked === true) return found
  const type = found.type === 'unknown' ? said.type : found.type
  if (found.shape === undefined) return { type, shape: ofPort(said, {}).shape }
  return found
}

/** The ports with what was inferred: free sizes that were given are numbers. */
export function inferredPort(name: string, inference: ShapeInference): Port {
  const { type, shape } = inference.of(name)
  return shape === undefined ? { name, type, shape: [], unranked: true } : { name, type, shape }
}

/** Whether all sizes are numbers. */
export function isStatic(shape: readonly Dimension[] | undefined): shape is readonly number[] {
  return shape?.every((size) => typeof size === 'number') === true
}
