import type { AttributeProto, NodeProto, ValueInfoProto } from './messages.js'

/** A tensor in a network that is being built, by its name. */
export type Value = string

/** Float tensors of a network are stored and computed in one of these. */
export type FloatType = 'float32' | 'float16'

/** Numbers that the network carries. Weights are read when they are written, one at a time. */
export interface Initialiser {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: 'float' | 'int64'
  read(): Float32Array | BigInt64Array<ArrayBuffer>
}

export type Attribute = number | string | readonly number[] | { readonly float: number }

const FLOAT32 = 1
const BOOL = 9
const FLOAT16 = 10
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 }

function attributeOf(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value }
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, s: Buffer.from(value) }
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float }
  return { name, type: ATTRIBUTE.ints, ints: [...value] }
}

function portOf(name: string, elemType: number, shape: readonly (number | string)[]): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/**
 * Collects the operators of an ONNX network (operator set 17) and names their results. Inputs and outputs are
 * float32 (or bool) whatever the network computes in.
 *
 * @example
 * const g = new GraphBuilder()
 * const x = g.floatInput('x', ['batch', 3])
 * g.output('y', g.add(x, g.floats([1, 2, 3])), ['batch', 3])
 */
export class GraphBuilder {
  readonly nodes: NodeProto[] = []
  readonly initialisers: Initialiser[] = []
  readonly inputs: ValueInfoProto[] = []
  readonly outputs: ValueInfoProto[] = []
  readonly #constants = new Map<string, Value>()
  #names = 0

  constructor(readonly floatType: FloatType = 'float32') {}

  floatInput(name: string, shape: readonly (number | string)[]): Value {
    this.inputs.push(portOf(name, FLOAT32, shape))
    return this.floatType === 'float32' ? name : this.node('Cast', [name], { to: FLOAT16 })
  }

  boolInput(name: string, shape: readonly (number | string)[]): Value {
    this.inputs.push(portOf(name, BOOL, shape))
    return name
  }

  output(name: string, value: Value, shape: readonly (number | string)[]): void {
    this.outputs.push(portOf(name, FLOAT32, shape))
    this.#add('Cast', [value], [name], { to: FLOAT32 })
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
    const outputs = Array.from({ length: count }, () => `${opType}_${this.#names++}`)
    this.#add(opType, inputs, outputs, attributes)
    return outputs
  }

  /** Names numbers that are read when the network is written. */
  weight(name: string, shape: readonly number[], read: () => Float32Array): Value {
    this.initialisers.push({ name, shape, type: 'float', read })
    return name
  }

  /** A constant of floats: a list, or a single number (a scalar). */
  floats(values: number | readonly number[]): Value {
    const shape = typeof values === 'number' ? [] : [values.length]
    const data = Float32Array.from(typeof values === 'number' ? [values] : values)
    return this.#constant('float', shape, data)
  }

  /** A constant list of integers, as shapes and axes are; a single number makes a scalar. */
  ints(values: number | readonly number[]): Value {
    const shape = typeof values === 'number' ? [] : [values.length]
    const list = typeof values === 'number' ? [values] : values
    return this.#constant('int64', shape, BigInt64Array.from(list, BigInt))
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

  toFloat(x: Value): Value {
    return this.node('Cast', [x], { to: this.floatType === 'float32' ? FLOAT32 : FLOAT16 })
  }

  #constant(
    type: 'float' | 'int64',
    shape: readonly number[],
    data: Float32Array | BigInt64Array<ArrayBuffer>,
  ) {
    const key = `${type} ${shape.length} ${data.join()}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = `constant_${this.#constants.size}`
    this.#constants.set(key, name)
    this.initialisers.push({ name, shape, type, read: () => data })
    return name
  }

  #add(
    opType: string,
    input: readonly Value[],
    output: string[],
    attributes: Record<string, Attribute>,
  ): void {
    this.nodes.push({
      opType,
      name: output[0],
      input: [...input],
      output,
      attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
    })
  }
}
