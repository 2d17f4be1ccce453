import type { Graph } from '../onnx/graph.js'
import { GraphBuilder, type Value } from '../onnx/graph-builder.js'
import { floatOf, type Node } from '../onnx/node.js'
import { ShapeInference } from '../onnx/shapes/inference.js'

/** A batch normalisation in training: its running statistics, and the values that hold those of a batch. */
export interface NormStatistics {
  /** names of the running statistics among the network's weights */
  readonly runningMean: string
  readonly runningVariance: string
  /** [channels] each; the variance is that of the batch itself (divided by its count) */
  readonly mean: Value
  readonly variance: Value
  /** numbers of a channel in a batch */
  readonly count: number
}

/**
 * Turns batch normalisation into the form of training, in place: each batch by its own mean and variance, which become
 * values of the graph.
 *
 * A map is scaled by a convolution of one number a channel, which goes over memory once; its variance is the mean square
 * less the squared mean, over it once again. Rows [batch, channels] are few: theirs is the mean squared distance.
 *
 * @param batch rows that go in @throws InputError where a network has another input than images
 */
export function toTrainingForm(graph: Graph, batch: number): NormStatistics[] {
  const inference = new ShapeInference(graph, { batch })
  const g = new GraphBuilder('float32', graph)
  const nodes = graph.nodes
  graph.nodes = []
  const statistics: NormStatistics[] = []
  for (const node of nodes) {
    if (node.opType !== 'BatchNormalization') {
      graph.nodes.push(node)
      continue
    }
    const shape = (inference.of(node.inputs[0]).shape ?? []).map(Number)
    statistics.push(shape.length === 2 ? normaliseRows(g, node, shape) : normaliseMap(g, node, shape))
  }
  return statistics
}

function normaliseMap(g: GraphBuilder, node: Node, shape: readonly number[]): NormStatistics {
  const [x, weight, bias, runningMean, runningVariance] = node.inputs
  const axes = shape.map((_, axis) => axis).filter((axis) => axis !== 1)
  const count = axes.reduce((product, axis) => product * shape[axis], 1)
  const places = axes.slice(1)
  // Row by row, then over rows and images: in one sum of float32 over all of them the last digits would be lost.
  const row = [shape.length - 1]
  const others = g.ints(axes.slice(0, -1))
  const overRows = (sums: Value) =>
    g.mul(g.node('ReduceSum', [sums, others], { keepdims: 0 }), g.floats(1 / count))
  const mean = overRows(g.node('ReduceSum', [x, g.ints(row)], { keepdims: 0 }))
  const meanSquare = overRows(g.node('ReduceSumSquare', [x], { axes: row, keepdims: 0 }))
  const variance = g.node('Relu', [g.node('Sub', [meanSquare, g.mul(mean, mean)])])
  const factor = g.node('Div', [weight, deviation(g, variance, node)])
  const summand = g.node('Sub', [bias, g.mul(mean, factor)])
  const kernel = g.reshape(factor, [-1, 1, ...places.map(() => 1)])
  const attributes = { group: shape[1], kernel_shape: places.map(() => 1) }
  g.graph.add('Conv', [x, kernel, summand], [node.outputs[0]], attributes)
  return { runningMean, runningVariance, mean, variance, count }
}

function normaliseRows(g: GraphBuilder, node: Node, [count]: readonly number[]): NormStatistics {
  const [x, weight, bias, runningMean, runningVariance] = node.inputs
  const mean = g.node('ReduceMean', [x], { axes: [0], keepdims: 0 })
  const centred = g.node('Sub', [x, mean])
  const variance = g.node('ReduceMean', [g.mul(centred, centred)], { axes: [0], keepdims: 0 })
  const factor = g.node('Div', [weight, deviation(g, variance, node)])
  g.graph.add('Add', [g.mul(centred, factor), bias], [node.outputs[0]])
  return { runningMean, runningVariance, mean, variance, count }
}

function deviation(g: GraphBuilder, variance: Value, node: Node): Value {
  return g.node('Sqrt', [g.add(variance, g.floats(floatOf(node, 'epsilon', 1e-5)))])
}

/**
 * Leaves out numbers before the last linear layer, in place: adds an input that holds what each is multiplied by.
 * @returns its width, or undefined where the network has no linear layer
 */
export function addDropout(graph: Graph, input: string, batch: number): number | undefined {
  const inference = new ShapeInference(graph, { batch })
  const last = graph.nodes.findLast(({ opType }) => opType === 'Gemm')
  const width = last && inference.of(last.inputs[0]).shape?.[1]
  if (last === undefined || typeof width !== 'number') return undefined
  const g = new GraphBuilder('float32', graph)
  g.input(input, 'float32', [batch, width])
  const dropped = g.name('dropped')
  const at = graph.nodes.indexOf(last)
  const product: Node = {
    name: dropped,
    opType: 'Mul',
    domain: '',
    inputs: [last.inputs[0], input],
    outputs: [dropped],
    attributes: {},
  }
  graph.nodes.splice(at, 1, product, { ...last, inputs: [dropped, ...last.inputs.slice(1)] })
  return width
}
