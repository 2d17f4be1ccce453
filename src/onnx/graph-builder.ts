import type { Attribute } from './attribute.js'
import { ELEMENT_TYPES, type ElementType } from './element-types.js'
import { Graph } from './graph.js'
import type { Dimension } from './port.js'
import { floatTensor, int64Tensor, type Tensor } from './tensor.js'

export type { Attribute } from './attribute.js'

/** A tensor in a network that is being built, by its name. */
export type Value = string

/** Float tensors of a network are stored and computed in one of these. */
export type FloatType = 'float32' | 'float16' | 'float64'

/**
 * Builds a {@link Graph} operator by operator, and names their results. Inputs and outputs of floats are float32
 * whatever the network computes in.
 *
 * @example
 * const g = new GraphBuilder()
 * const x = g.floatInput('x', ['batch', 3])
 * g.output('y', g.add(x, g.floats([1, 2, 3])), ['batch', 3])
 * await writeGraph(g.graph, 'network.onnx')
 */
export class GraphBuilder {
  readonly #constants = new Map<string, Value>()
  readonly #taken: Set<string>
  #names = 0

  /** @param graph what is built upon; its names are left alone */
  constructor(
    readonly floatType: FloatType = 'float32',
    readonly graph = new Graph(),
  ) {
    // A node is named after its result.
    this.#taken = new Set([...graph.names(), ...graph.nodes.map(({ name }) => name)])
  }

  floatInput(name: string, shape: readonly Dimension[]): Value {
    this.input(name, 'float32', shape)
    return this.floatType === 'float32' ? name : this.cast(name, this.floatType)
  }

  boolInput(name: string, shape: readonly Dimension[]): Value {
    return this.input(name, 'bool', shape)
  }

  /** An input of any type, as it comes. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.graph.inputs.push({ name, type, shape })
    this.#taken.add(name)
    return name
  }

  output(name: string, value: Value, shape: readonly Dimension[]): void {
    this.graph.outputs.push({ name, type: 'float32', shape })
    this.#add('Cast', [value], [name], { to: ELEMENT_TYPES.float32.code })
  }

  /** Adds an operator with one result. An empty input name stands for an optional input that is left out. */
  node(opType: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.nodeWithOutputs(opType, inputs, 1, attributes)[0]
  }

  /** Adds an operator with several results. */
  nodeWithOutputs(
    opType: string,
    inputs: readonly Value[],
    count: number,
    attributes: Record<string, Attribute> = {},
  ): Value[] {
    const outputs = Array.from({ length: count }, () => this.name(opType))
    this.#add(opType, inputs, outputs, attributes)
    return outputs
  }

  /** A name that no value of the network has. */
  name(base: string): Value {
    let name: string
    do name = `${base}_${this.#names++}`
    while (this.#taken.has(name))
    this.#taken.add(name)
    return name
  }

  /** The name asked for, or one like it where a value of the network has that. */
  freeName(wanted: string): Value {
    if (this.#taken.has(wanted)) return this.name(wanted)
    this.#taken.add(wanted)
    return wanted
  }

  /** Names numbers that are read when the network is written, and rounded to the type that it computes in. */
  weight(name: string, shape: readonly number[], read: () => Float32Array | Float64Array): Value {
    return this.initialiser(name, floatTensor(this.floatType, shape, read))
  }

  /** Keeps a name from being given to another value. */
  take(name: Value): void {
    this.#taken.add(name)
  }

  /** Names a tensor as it is. */
  initialiser(name: string, tensor: Tensor): Value {
    this.graph.initialisers.set(name, tensor)
    this.#taken.add(name)
    return name
  }

  /** A constant of floats: a list, or a single number (a scalar). */
  floats(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values
    const shape = typeof values === 'number' ? [] : [values.length]
    return this.#constant(
      'float',
      list,
      floatTensor(this.floatType, shape, () => Float64Array.from(list)),
    )
  }

  /** A constant list of integers, as shapes and axes are; a single number makes a scalar. */
  ints(values: number | readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values
    const shape = typeof values === 'number' ? [] : [values.length]
    return this.#constant('int64', list, int64Tensor(shape, list))
  }

  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b])
  }

  mul(a: Value, b: Value): Value {
    return this.node('Mul', [a, b])
  }

  /** 0 keeps a size, -1 takes what is left. */
  reshape(x: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [x, this.ints(shape)])
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return this.node('Transpose', [x], { perm })
  }

  slice(x: Value, axis: number, from: number, to: number): Value {
    return this.node('Slice', [x, this.ints([from]), this.ints([to]), this.ints([axis])])
  }

  cast(x: Value, type: ElementType): Value {
    return this.node('Cast', [x], { to: ELEMENT_TYPES[type].code })
  }

  toFloat(x: Value): Value {
    return this.cast(x, this.floatType)
  }

  /** The same constant has one name. */
  #constant(kind: string, values: readonly number[], tensor: Tensor): Value {
    const key = `${kind} ${tensor.shape.length} ${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = this.name('constant')
    this.#constants.set(key, name)
    return this.initialiser(name, tensor)
  }

  #add(
    opType: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Record<string, Attribute>,
  ): void {
    for (const name of outputs) this.#taken.add(name)
    this.graph.add(opType, inputs, outputs, attributes)
  }
}
