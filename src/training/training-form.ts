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
 * values of the graph. Maps keep their operator, of which the gradient's rule is made, for {@link lowerNormalisation}; rows
 * [batch, channels], which are few, get their mean squared distance.
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
  const [runningMean, runningVariance] = node.inputs.slice(3)
  const [mean, variance] = [g.name('mean'), g.name('variance')]
  // Of the running statistics nothing is left: the operator's own are those of the batch.
  const attributes = { ...node.attributes, training_mode: 1, momentum: { float: 0 } }
  g.graph.nodes.push({ ...node, outputs: [node.outputs[0], mean, variance], attributes })
  const count = shape.reduce((product, size) => product * size, 1) / shape[1]
  return { runningMean, runningVariance, mean, variance, count }
}

/**
 * The batch normalisations of {@link toTrainingForm} as what runs fast, in place: a map is scaled by a convolution of one number
 * a channel, which goes over memory once; its variance is the mean square less the squared mean, over it once again.
 *
 * @param graph of known sizes
 */
export function lowerNormalisation(graph: Graph): void {
  const inference = new ShapeInference(graph)
  const g = new GraphBuilder('float32', graph)
  const nodes = graph.nodes
  graph.nodes = []
  for (const node of nodes) {
    if (node.opType !== 'BatchNormalization') graph.nodes.push(node)
    else lower(g, node, (inference.of(node.inputs[0]).shape ?? []).map(Number))
  }
  graph.removeUnused()
}

function lower(g: GraphBuilder, node: Node, shape: readonly number[]): void {
  const [x, weight, bias] = node.inputs
  const [y, mean, variance] = node.outputs
  const count = shape.reduce((product, size) => product * size, 1) / shape[1]
  const places = shape.slice(2)
  // Image by image, then over images: in one sum of float32 over all of them the last digits would be lost.
  const overImages = (sums: Value) => g.node('ReduceSum', [sums, g.ints([0])], { keepdims: 0 })
  const axes = places.map((_, i) => i + 2)
  const total = overImages(g.node('ReduceSum', [x, g.ints(axes)], { keepdims: 0 }))
  const squares = overImages(g.node('ReduceSumSquare', [x], { axes, keepdims: 0 }))
  g.graph.add('Mul', [total, g.floats(1 / count)], [mean])
  const difference = g.node('Sub', [g.mul(squares, g.floats(1 / count)), g.mul(mean, mean)])
  g.graph.add('Relu', [difference], [variance])
  const factor = g.node('Div', [weight, deviation(g, variance, node)])
  const summand = g.node('Sub', [bias, g.mul(mean, factor)])
  const kernel = g.reshape(factor, [-1, 1, ...places.map(() => 1)])
  const attributes = { group: shape[1], kernel_shape: places.map(() => 1) }
  g.graph.add('Conv', [x, kernel, summand], [y], attributes)
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
