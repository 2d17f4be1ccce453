import { InputError } from '../errors.js'
import { ELEMENT_TYPES, type ElementType } from '../onnx/element-types.js'
import type { Graph } from '../onnx/graph.js'
import { type Attribute, GraphBuilder, type Value } from '../onnx/graph-builder.js'
import type { Node } from '../onnx/node.js'
import { constantOf } from '../onnx/passes.js'
import type { Dimension } from '../onnx/port.js'
import { isStatic, type Known, type ShapeInference } from '../onnx/shapes/inference.js'
import { type Tensor, tensorOfNumbers } from '../onnx/tensor.js'
import { isRandom, keyOf, simpler, withoutRepeats } from './simplification.js'

/** Reductions that take their axes as an input from this operator set on; before, and the others, as an attribute. */
const AXES_AS_INPUT: Readonly<Record<string, number>> = { ReduceSum: 13 }
const AXES_AS_INPUT_SINCE = 18

/** What a kernel's gradient is made of. */
export type KernelGradients = 'products' | 'convolution'

/**
 * A graph that grows backwards: what is added is looked at before it is. Its shape is inferred; what is there already
 * is not computed twice; what is constant becomes a tensor; what changes nothing is left out.
 */
export class BackwardGraph extends GraphBuilder {
  readonly #made = new Map<string, readonly Value[]>()
  readonly #producers = new Map<Value, Node>()

  constructor(
    graph: Graph,
    readonly inference: ShapeInference,
    readonly kernelGradients: KernelGradients = 'products',
  ) {
    super('float32', graph)
    for (const node of graph.nodes) this.#remember(node)
  }

  get opset(): number {
    return this.graph.opset
  }

  known(x: Value): Known {
    return this.inference.of(x)
  }

  type(x: Value): ElementType {
    return this.known(x).type as ElementType
  }

  /** @throws InputError where not even the number of axes is known */
  shape(x: Value): readonly Dimension[] {
    const { shape } = this.known(x)
    if (shape !== undefined) return shape
    throw new InputError(
      `the number of axes of '${x}' isn't known before the network runs`,
      this.graph.origin,
      'export it with its shapes',
    )
  }

  rank(x: Value): number {
    return this.shape(x).length
  }

  /** Sizes where all are known, from an axis on. @throws InputError that asks for them */
  staticShape(x: Value, node: Node, from = 0): readonly number[] {
    const shape = this.shape(x).slice(from)
    if (isStatic(shape)) return shape
    throw new InputError(
      `the gradient of ${node.opType} '${node.name}' needs the sizes of '${x}' [${shape.join(', ')}]`,
      this.graph.origin,
      `give the free sizes (${shape.filter((size) => typeof size === 'string').join(', ')})`,
    )
  }

  /** The size of one axis. @throws InputError where it isn't known */
  staticSize(x: Value, axis: number): number {
    const size = this.shape(x)[axis]
    if (typeof size === 'number') return size
    throw new InputError(
      `the gradient needs to know the size '${size}' of '${x}'`,
      this.graph.origin,
      'give the free sizes',
    )
  }

  override initialiser(name: string, tensor: Tensor): Value {
    super.initialiser(name, tensor)
    this.inference.addTensor(name, tensor)
    return name
  }

  override nodeWithOutputs(
    opType: string,
    inputs: readonly Value[],
    count: number,
    attributes: Record<string, Attribute> = {},
  ): Value[] {
    const asked: Node = { name: '', opType, domain: '', inputs, outputs: Array(count).fill('?'), attributes }
    const node = withoutRepeats(asked, this.inference, this.#producers)
    const same =
      simpler(node, this.inference, this.#producers) ?? this.#made.get(keyOf(node))?.slice(0, count)
    if (same?.length === count) return [...same]
    const results = this.inference.results(node)
    const constant = count === 1 && results[0] !== undefined ? constantOf(results[0]) : undefined
    if (constant !== undefined) return [this.tensor(constant)]
    const outputs = super.nodeWithOutputs(opType, node.inputs, count, attributes)
    const added = this.graph.nodes[this.graph.nodes.length - 1]
    this.inference.add(added)
    this.#remember(added)
    return outputs
  }

  /** The name of a constant tensor; the same numbers have one name. */
  tensor(tensor: Tensor): Value {
    const key = `${tensor.type} ${tensor.shape.join()}:${tensor.read().join()}`
    const known = this.#made.get(key)
    if (known !== undefined) return known[0]
    const name = this.initialiser(this.name('constant'), tensor)
    this.#made.set(key, [name])
    return name
  }

  override ints(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values
    return this.tensor(tensorOfNumbers('int64', typeof values === 'number' ? [] : [list.length], list))
  }

  /** A number in the type of another value. */
  number(value: number, like: Value): Value {
    return this.tensor(tensorOfNumbers(this.type(like), [], [value]))
  }

  /** Numbers in the type of another value. */
  numbers(values: readonly number[], shape: readonly number[], like: Value): Value {
    return this.tensor(tensorOfNumbers(this.type(like), shape, values))
  }

  sub(a: Value, b: Value): Value {
    return this.node('Sub', [a, b])
  }

  div(a: Value, b: Value): Value {
    return this.node('Div', [a, b])
  }

  neg(x: Value): Value {
    return this.node('Neg', [x])
  }

  /** The last two axes exchanged. */
  turned(x: Value): Value {
    const axes = Array.from({ length: this.rank(x) }, (_, i) => i)
    return this.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])
  }

  square(x: Value): Value {
    return this.mul(x, x)
  }

  /** x times a number. */
  scaled(x: Value, factor: number): Value {
    return factor === 1 ? x : factor === -1 ? this.neg(x) : this.mul(x, this.number(factor, x))
  }

  /** x plus a number. */
  shifted(x: Value, summand: number): Value {
    return summand === 0 ? x : this.add(x, this.number(summand, x))
  }

  /** `yes` where the condition holds, 0 elsewhere. */
  keepWhere(condition: Value, yes: Value): Value {
    return this.node('Where', [condition, yes, this.number(0, yes)])
  }

  /** `no` where the condition does not hold, 0 elsewhere. */
  dropWhere(condition: Value, no: Value): Value {
    return this.node('Where', [condition, this.number(0, no), no])
  }

  greater(a: Value, b: Value): Value {
    return this.node('Greater', [a, b])
  }

  /** A reduction over axes, which stay as axes of size 1 unless said otherwise. */
  reduce(operator: string, x: Value, axes: readonly number[], keep = true): Value {
    if (axes.length === 0) return x
    const keepdims = keep ? 1 : 0
    if (this.opset >= (AXES_AS_INPUT[operator] ?? AXES_AS_INPUT_SINCE))
      return this.node(operator, [x, this.ints(axes)], { keepdims })
    return this.node(operator, [x], { axes, keepdims })
  }

  sum(x: Value, axes: readonly number[], keep = true): Value {
    return this.reduce('ReduceSum', x, axes, keep)
  }

  mean(x: Value, axes: readonly number[]): Value {
    return this.reduce('ReduceMean', x, axes)
  }

  /** The shape of a value as a tensor: known numbers, or read off when the network runs. */
  shapeOf(x: Value): Value {
    return this.node('Shape', [x])
  }

  /** A tensor of sizes of which some are known only when the network runs. */
  sizes(parts: readonly (number | { readonly of: Value; readonly axis: number })[]): Value {
    const pieces = parts.map((part) =>
      typeof part === 'number'
        ? this.ints([part])
        : this.node('Gather', [this.shapeOf(part.of), this.ints([part.axis])], { axis: 0 }),
    )
    return pieces.length === 1 ? pieces[0] : this.node('Concat', pieces, { axis: 0 })
  }

  reshapeTo(x: Value, shape: Value): Value {
    return this.node('Reshape', [x, shape])
  }

  reshapeLike(x: Value, like: Value): Value {
    return this.reshapeTo(x, this.shapeOf(like))
  }

  /** x repeated to the shape of another value. */
  expandLike(x: Value, like: Value): Value {
    return this.node('Expand', [x, this.shapeOf(like)])
  }

  zerosLike(x: Value): Value {
    const value = tensorOfNumbers(this.type(x), [1], [0])
    return this.node('ConstantOfShape', [this.shapeOf(x)], { value: { tensor: value } })
  }

  castLike(x: Value, like: Value): Value {
    return this.node('Cast', [x], { to: ELEMENT_TYPES[this.type(like)].code })
  }

  /** Slices of one axis. */
  part(x: Value, axis: number, from: number, to: number, step = 1): Value {
    return this.node('Slice', [x, this.ints([from]), this.ints([to]), this.ints([axis]), this.ints([step])])
  }

  #remember(node: Node): void {
    for (const name of node.outputs) if (name !== '') this.#producers.set(name, node)
    const key = keyOf(node)
    if (!this.#made.has(key) && !isRandom(node)) this.#made.set(key, node.outputs)
  }
}
