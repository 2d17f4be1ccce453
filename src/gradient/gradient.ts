import { InputError } from '../errors.js'
import { FLOAT_TYPES } from '../onnx/element-types.js'
import { type Graph, namesTaken } from '../onnx/graph.js'
import type { Value } from '../onnx/graph-builder.js'
import { lookingAt, type Node, showNode } from '../onnx/node.js'
import { fixSizes, foldConstants } from '../onnx/passes.js'
import { inferredPort, isStatic, ShapeInference, type Sizes } from '../onnx/shapes/inference.js'
import { elementCount, tensorOfNumbers } from '../onnx/tensor.js'
import { BackwardGraph, type KernelGradients } from './backward-graph.js'
import { OLDEST_OPSET, RULES, STOPS, TELLS_SHAPES } from './rules/index.js'

export type { KernelGradients } from './backward-graph.js'

export interface GradientRequest {
  /** the value whose gradient is asked for: an output, or an inner value */
  readonly of: string
  /** inputs, weights or inner values */
  readonly withRespectTo: readonly string[]
  /** values that count as constant, though they depend on what is asked about */
  readonly constant?: readonly string[]
  /** sizes of free dimensions, by their names: with them the graph is smaller and faster */
  readonly sizes?: Sizes
  /**
   * What the gradient of a convolution's kernels is made of: a product of matrices for each tap, by default; or a convolution by
   * all places at once, which is faster where onnxruntime has maps in blocks (`blockedMaps`), and slower elsewhere
   */
  readonly kernelGradients?: KernelGradients
}

export interface Gradient {
  /** the network with its outputs, and the gradients as further ones */
  readonly graph: Graph
  /** the output that holds each gradient, by what it is with respect to: `NAME_grad` */
  readonly gradients: Readonly<Record<string, string>>
  /**
   * Where `of` is no scalar: the further input that takes the gradient of what follows with respect to it. It has the
   * shape of `of`. Undefined for a scalar.
   */
  readonly cotangent?: string
  /** operators on the way that have no gradient (ArgMax, a cast to integers): what goes through them counts as constant */
  readonly stops: readonly string[]
}

/**
 * A network that also computes gradients, by reverse mode: a graph in, a graph out, of onnx's own operators only. The
 * graph that goes in stays as it is.
 *
 * For a scalar `of` the gradients are those of that number; else those of the sum of `of` times the cotangent, which is
 * a further input. Costs of running it are those of the network and about twice that again.
 *
 * @throws InputError where a name is not there or is no float, where nothing differentiable leads from one to the other,
 * or for an operator on the way that has no rule
 *
 * @example
 * const { graph, gradients } = gradient(readGraph('loss.onnx'), { of: 'loss', withRespectTo: ['image'] })
 * await writeGraph(graph, 'loss-gradient.onnx') // has the output gradients.image, 'image_grad'
 */
export function gradient(
  network: Graph,
  { of, withRespectTo, constant = [], sizes = {}, kernelGradients = 'products' }: GradientRequest,
): Gradient {
  const graph = network.clone()
  const names = graph.names()
  for (const name of [of, ...withRespectTo, ...constant]) if (!names.has(name)) throw notThere(graph, name)
  if (withRespectTo.length === 0)
    throw new InputError(
      'nothing to differentiate with respect to',
      graph.origin,
      'name an input or a weight',
    )
  if (graph.opset < OLDEST_OPSET) {
    throw new InputError(
      `it is of operator set ${graph.opset}, gradients need ${OLDEST_OPSET} or newer`,
      graph.origin,
      'export it with a newer one',
    )
  }
  graph.sort()
  if (!graph.outputs.some(({ name }) => name === of))
    graph.outputs.push(inferredPort(of, new ShapeInference(graph, sizes)))
  fixSizes(graph, sizes)
  const variable = new Set(withRespectTo)
  foldConstants(graph, new ShapeInference(graph, {}, variable))
  const inference = new ShapeInference(graph, {}, variable)
  for (const name of [of, ...withRespectTo]) requireFloat(graph, name, inference)
  return new Backward(graph, inference, of, withRespectTo, new Set(constant), kernelGradients).run()
}

function notThere(graph: Graph, name: string): InputError {
  const show = (list: readonly string[]) =>
    list.length > 12 ? `${list.slice(0, 12).join(', ')}, .. (${list.length})` : list.join(', ')
  return new InputError(
    `no value '${name}'`,
    graph.origin,
    `it has the inputs ${show(graph.inputs.map((port) => port.name))}, the outputs ${show(graph.outputs.map((port) => port.name))}, the weights ${show([...graph.initialisers.keys()])}`,
  )
}

function requireFloat(graph: Graph, name: string, inference: ShapeInference): void {
  const { type } = inference.of(name)
  if (type === 'unknown' || FLOAT_TYPES.includes(type as never)) return
  throw new InputError(`'${name}' is ${type}: only floats have gradients`, graph.origin, 'name another value')
}

class Backward {
  readonly #g: BackwardGraph
  /** what depends on the values that the gradient is with respect to */
  readonly #active: Set<Value>
  readonly #stops: Node[] = []
  readonly #sums = new Map<Value, Value[]>()

  constructor(
    private readonly graph: Graph,
    private readonly inference: ShapeInference,
    private readonly of: string,
    private readonly withRespectTo: readonly string[],
    private readonly constant: ReadonlySet<string>,
    kernelGradients: KernelGradients,
  ) {
    this.#active = new Set(withRespectTo)
    for (const node of graph.nodes) this.#spread(node)
    this.#g = new BackwardGraph(graph, inference, kernelGradients)
  }

  run(): Gradient {
    const { graph, of } = this
    const stops = this.#stops.filter(({ opType }) => !TELLS_SHAPES.has(opType)).map(showNode)
    if (!this.#active.has(of)) throw this.#noWay(of, stops)
    const way = this.#way()
    const cotangent = this.#seed()
    for (const node of way) this.#differentiate(node)
    const gradients: Record<string, string> = {}
    for (const name of this.withRespectTo) {
      const value = this.#sumOf(name)
      if (value === undefined) throw this.#noWay(of, stops, name)
      const output = this.#g.freeName(`${name}_grad`)
      graph.add('Identity', [value], [output])
      this.inference.set(output, this.inference.of(name))
      graph.outputs.push(inferredPort(output, this.inference))
      gradients[name] = output
    }
    graph.removeUnused()
    return { graph, gradients, stops, ...(cotangent !== undefined && { cotangent }) }
  }

  /** A node's results depend on what it takes, unless it has no gradient. */
  #spread(node: Node): void {
    if (!namesTaken(node).some((name) => this.#active.has(name))) return
    const outputs = node.outputs.filter((name) => {
      const { type } = this.inference.of(name)
      return (
        name !== '' && !this.constant.has(name) && (type === 'unknown' || FLOAT_TYPES.includes(type as never))
      )
    })
    if (outputs.length === 0 || STOPS.has(node.opType)) this.#stops.push(node)
    else for (const name of outputs) this.#active.add(name)
  }

  /** The nodes that lie between, from the last to the first. */
  #way(): Node[] {
    const needed = new Set([this.of])
    return this.graph.nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => needed.has(name) && this.#active.has(name))) return false
      for (const name of namesTaken(node)) if (this.#active.has(name)) needed.add(name)
      return namesTaken(node).some((name) => this.#active.has(name))
    })
  }

  /** Begins with 1 for a scalar, else with a further input. */
  #seed(): string | undefined {
    const { of, graph } = this
    const { shape, type } = this.inference.of(of)
    if (isStatic(shape) && elementCount(shape) === 1) {
      this.#sums.set(of, [this.#g.tensor(tensorOfNumbers(type as 'float32', shape, [1]))])
      return undefined
    }
    const cotangent = this.#g.freeName(`${of}_grad`)
    const port = { ...inferredPort(of, this.inference), name: cotangent }
    graph.inputs.push(port)
    this.inference.set(cotangent, this.inference.of(of))
    this.#sums.set(of, [cotangent])
    return cotangent
  }

  #differentiate(node: Node): void {
    const gradients = node.outputs.map((name) => (name === '' ? undefined : this.#sumOf(name)))
    if (gradients.every((value) => value === undefined)) return
    const rule = node.domain === '' ? RULES[node.opType] : undefined
    if (rule === undefined) throw this.#noRule(node)
    const dy = gradients[0]
    const others = gradients.findIndex((value, i) => i > 0 && value !== undefined)
    if (rule.everyOutput !== true && (dy === undefined || others > 0))
      throw this.#noRule(node, ` of its output '${node.outputs[Math.max(others, 0)]}'`)
    const site = {
      g: this.#g,
      node,
      inputs: node.inputs,
      outputs: node.outputs,
      dy: dy ?? '',
      gradients,
      wants: (i: number) => this.#active.has(node.inputs[i] ?? ''),
    }
    const results = lookingAt(node, this.graph.origin, () => rule(site))
    for (const [i, name] of node.inputs.entries()) {
      const value = results[i]
      if (value === undefined || !this.#active.has(name)) continue
      const sums = this.#sums.get(name)
      if (sums === undefined) this.#sums.set(name, [value])
      else sums.push(value)
    }
  }

  /** The sum of all gradients that came in for a value. */
  #sumOf(name: string): Value | undefined {
    const parts = this.#sums.get(name)
    if (parts === undefined || parts.length === 1) return parts?.[0]
    const sum = parts.length === 2 ? this.#g.add(parts[0], parts[1]) : this.#g.node('Sum', parts)
    this.#sums.set(name, [sum])
    return sum
  }

  #noRule(node: Node, what = ''): InputError {
    const domain = node.domain === '' ? '' : ` of ${node.domain}`
    return new InputError(
      `no rule for the gradient${what} of ${showNode(node)}${domain}`,
      this.graph.origin,
      'it lies between what is asked for; ask with respect to a value behind it, replace it by simpler operators when you export, or add a rule (docs/adding-a-gradient-rule.md)',
    )
  }

  #noWay(of: string, stops: readonly string[], name = this.withRespectTo.join(', ')): InputError {
    const why =
      stops.length === 0 ? '' : `: the way stops at ${stops.slice(0, 5).join(', ')}, which has no gradient`
    return new InputError(
      `'${of}' doesn't depend on '${name}' in a way that can be differentiated${why}`,
      this.graph.origin,
      'name other values',
    )
  }
}
