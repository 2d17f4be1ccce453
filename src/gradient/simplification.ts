import { ELEMENT_TYPES, type ElementType } from '../onnx/element-types.js'
import type { Value } from '../onnx/graph-builder.js'
import { intsOf, type Node } from '../onnx/node.js'
import { isStatic, type ShapeInference } from '../onnx/shapes/inference.js'
import { elementCount } from '../onnx/tensor.js'

type Producers = ReadonlyMap<Value, Node>

/** What a node comes to where it changes nothing: values that are there. */
export function simpler(
  { opType, inputs, attributes }: Node,
  inference: ShapeInference,
  producers: Producers,
): readonly Value[] | undefined {
  const [x, y] = inputs
  if (opType === 'Cast')
    return attributes.to === ELEMENT_TYPES[inference.of(x).type as ElementType]?.code ? [x] : undefined
  if (opType === 'Mul' || opType === 'Add' || opType === 'Div' || opType === 'Sub') {
    const neutral = opType === 'Add' || opType === 'Sub' ? 0 : 1
    if (isNumber(y, neutral, x, inference)) return [x]
    if ((opType === 'Mul' || opType === 'Add') && isNumber(x, neutral, y, inference)) return [y]
  }
  if (opType === 'Neg' && producers.get(x)?.opType === 'Neg') return [producers.get(x)?.inputs[0] ?? x]
  if (opType === 'Reshape' || opType === 'Expand') {
    const target = inference.of(y).value
    const { shape } = inference.of(x)
    if (
      target !== undefined &&
      shape?.join() === target.join() &&
      !target.includes(-1) &&
      !target.includes(0)
    )
      return [x]
  }
  if (opType === 'Transpose') return undone(x, attributes.perm as readonly number[], producers)
  return undefined
}

/** Operators whose inputs broadcast. */
const BROADCASTS = new Set(['Add', 'Sub', 'Mul', 'Div', 'Sum', 'Mean', 'Min', 'Max', 'Where'])

/** The node with inputs that need not be repeated: another input of it has the shape that they are repeated to. */
export function withoutRepeats(node: Node, inference: ShapeInference, producers: Producers): Node {
  if (!BROADCASTS.has(node.opType)) return node
  const isRepeated = (name: Value) => producers.get(name)?.opType === 'Expand'
  const shapes = node.inputs.map((name) => inference.of(name).shape?.join())
  const whole = shapes.find((shape, i) => shape !== undefined && !isRepeated(node.inputs[i]))
  const inputs = node.inputs.map((name, i) =>
    isRepeated(name) && shapes[i] === whole ? (producers.get(name)?.inputs[0] ?? name) : name,
  )
  return { ...node, inputs }
}

/** A transposition that undoes the one before. */
function undone(x: Value, perm: readonly number[], producers: Producers): readonly Value[] | undefined {
  if (perm.every((axis, i) => axis === i)) return [x]
  const before = producers.get(x)
  const first = before?.opType === 'Transpose' ? intsOf(before, 'perm') : undefined
  return before !== undefined && first !== undefined && perm.every((axis, i) => first[axis] === i)
    ? [before.inputs[0]]
    : undefined
}

/** Whether x is a single number that broadcasts without changing the shape of the other. */
function isNumber(x: Value, value: number, other: Value, inference: ShapeInference): boolean {
  const { shape, value: numbers } = inference.of(x)
  return (
    isStatic(shape) &&
    elementCount(shape) === 1 &&
    numbers?.[0] === value &&
    shape.length <= (inference.of(other).shape?.length ?? -1)
  )
}

/** Operators that give something else each time. */
const RANDOM = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Bernoulli',
  'Multinomial',
  'Dropout',
])

export const isRandom = ({ opType }: Node): boolean => RANDOM.has(opType)

/** The same for nodes that compute the same. */
export function keyOf({ opType, domain, inputs, attributes }: Node): string {
  const settings = Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [
      name,
      typeof value === 'object' && 'tensor' in value
        ? [value.tensor.type, value.tensor.shape, String(value.tensor.read())]
        : value,
    ])
  return JSON.stringify([domain, opType, inputs, settings])
}
