import { expect } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import type { Attributes } from '../../src/onnx/attribute.js'
import type { ElementType } from '../../src/onnx/element-types.js'
import { Graph } from '../../src/onnx/graph.js'
import { Runtime, type RuntimeTensor, runtimeTensor } from '../../src/onnx/runtime.js'
import { ShapeInference } from '../../src/onnx/shapes/inference.js'
import { elementCount, tensorOfNumbers } from '../../src/onnx/tensor.js'
import { RandomStream } from '../../src/random/philox.js'

/** Numbers that go into an operator under test. */
export interface Given {
  readonly shape: readonly number[]
  /** each number; drawn from a normal distribution by default */
  readonly draw?: (random: RandomStream) => number
  /** given as it is, as a constant of this type: indices, axes, flags */
  readonly constant?: { readonly type: ElementType; readonly values: readonly number[] }
}

export interface OperatorCase {
  readonly opType: string
  /** undefined for an optional input that is left out */
  readonly inputs: readonly (Given | undefined)[]
  readonly attributes?: Attributes
  readonly outputs?: number
  readonly opset?: number
  /** float64 where onnxruntime has the operator in it; float32 else */
  readonly type?: 'float32' | 'float64'
  readonly seed?: number
  /** sizes that the graph knows by name only: all, or these axes of the first input */
  readonly symbolic?: boolean
  readonly names?: readonly number[]
}

const STEP = { float64: 1e-5, float32: 2e-2 }
/** of the largest element of a gradient */
const TOLERANCE = { float64: 1e-6, float32: 4e-3 }

export const tensorOf = (
  type: 'float32' | 'float64',
  shape: readonly number[],
  data: ArrayLike<number>,
): RuntimeTensor =>
  runtimeTensor(type, type === 'float32' ? Float32Array.from(data) : Float64Array.from(data), shape)

/** A network of that operator alone; its float inputs are x0, x1, .., its result is y. */
export function networkOf(test: OperatorCase): {
  graph: Graph
  values: Record<string, number[]>
  shapes: Record<string, readonly number[]>
} {
  const { opType, inputs, attributes = {}, outputs = 1, opset = 17, type = 'float64', seed = 1 } = test
  const graph = new Graph(`${opType} alone`)
  graph.opsets.set('', opset)
  const values: Record<string, number[]> = {}
  const shapes: Record<string, readonly number[]> = {}
  const names = inputs.map((given, i) => {
    if (given === undefined) return ''
    const name = `x${i}`
    if (given.constant !== undefined) {
      graph.initialisers.set(name, tensorOfNumbers(given.constant.type, given.shape, given.constant.values))
      return name
    }
    const random = new RandomStream(seed, name)
    const draw = given.draw ?? ((stream: RandomStream) => stream.nextNormal())
    const round = type === 'float32' ? Math.fround : (x: number) => x
    values[name] = Array.from({ length: elementCount(given.shape) }, () => round(draw(random)))
    shapes[name] = given.shape
    const isNamed = (axis: number) =>
      test.symbolic === true || (i === 0 && test.names?.includes(axis) === true)
    const shape = given.shape.map((size, axis) => (isNamed(axis) ? `${name}_${axis}` : size))
    graph.inputs.push({ name, type, shape })
    return name
  })
  const results = Array.from({ length: outputs }, (_, i) => (i === 0 ? 'y' : `y${i}`))
  graph.add(opType, names, results, attributes)
  const inference = new ShapeInference(graph)
  for (const name of results) {
    const { shape } = inference.of(name)
    graph.outputs.push({
      name,
      type,
      shape: shape ?? [],
      ...(shape === undefined && { unranked: true as const }),
    })
  }
  return { graph, values, shapes }
}

/**
 * Compares the gradient of an operator, with a random cotangent, with central differences.
 * @throws where it differs by more than 1e-6 (float64) or 4e-3 (float32) of its largest element
 */
export async function expectGradient(test: OperatorCase): Promise<void> {
  const type = test.type ?? 'float64'
  const { graph, values, shapes } = networkOf(test)
  const names = Object.keys(values)
  const forward = await Runtime.open(graph, { threads: 1 })
  const derived = gradient(graph, { of: 'y', withRespectTo: names })
  const backward = await Runtime.open(derived.graph, { threads: 1 })
  try {
    const feeds = (changed: Record<string, number[]>) =>
      Object.fromEntries(names.map((name) => [name, tensorOf(type, shapes[name], changed[name])]))
    const y = (await forward.run(feeds(values))).y
    const random = new RandomStream(test.seed ?? 1, 'cotangent')
    const scalar = derived.cotangent === undefined
    const cotangent = Array.from({ length: y.size }, () => (scalar ? 1 : Math.fround(random.nextNormal())))
    const loss = async (changed: Record<string, number[]>): Promise<number> => {
      const out = (await forward.run(feeds(changed))).y.data as Float64Array
      return cotangent.reduce((sum, each, i) => sum + each * out[i], 0)
    }
    const found = await backward.run({
      ...feeds(values),
      ...(derived.cotangent !== undefined && { [derived.cotangent]: tensorOf(type, y.dims, cotangent) }),
    })
    const step = STEP[type]
    for (const name of names) {
      const output = found[derived.gradients[name]]
      expect(output.dims, `shape of the gradient of ${name}`).toEqual([...shapes[name]])
      const analytic = Array.from(output.data as Float64Array)
      const slope = async (i: number, step: number): Promise<number> => {
        const moved = (by: number) => ({ ...values, [name]: values[name].with(i, values[name][i] + by) })
        return ((await loss(moved(step))) - (await loss(moved(-step)))) / (2 * step)
      }
      const numeric: number[] = []
      for (let i = 0; i < analytic.length; i++) numeric.push(await slope(i, step))
      const largest = Math.max(1e-3, ...numeric.map(Math.abs))
      for (const [i, value] of analytic.entries()) {
        const differs = (other: number) => !(Math.abs(value - other) / largest <= TOLERANCE[type])
        // Within a step of a kink the slopes of both sides are mixed: a shorter step stays on one.
        if (differs(numeric[i]) && differs(await slope(i, step / 8)))
          expect.fail(
            `${test.opType} ${JSON.stringify(test)}: gradient of ${name} at ${i} is ${value}, central differences say ${numeric[i]}`,
          )
      }
    }
  } finally {
    await forward.close()
    await backward.close()
  }
}
