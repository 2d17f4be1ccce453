import type { Graph } from '../onnx/graph.js'
import { floatOf, intOf, type Node } from '../onnx/node.js'
import { exactFloats, floatTensor, type Tensor } from '../onnx/tensor.js'
import { GraphUses } from './graph-uses.js'

/** What normalisation in inference mode multiplies each channel by and adds, both read when they are asked for. */
export interface Scaling {
  factor(): Float32Array
  summand(): Float32Array
}

const PARAMETERS = 5

/** The scaling of a batch normalisation whose parameters the graph carries; undefined for any other node. */
export function scalingOf(graph: Graph, node: Node): Scaling | undefined {
  if (node.opType !== 'BatchNormalization' || node.inputs.length !== PARAMETERS) return undefined
  if (intOf(node, 'training_mode', 0) !== 0) return undefined
  const tensors = node.inputs.slice(1).map((name) => graph.initialisers.get(name))
  if (!tensors.every((tensor) => tensor !== undefined)) return undefined
  const epsilon = floatOf(node, 'epsilon', 1e-5)
  const read = () => tensors.map(exactFloats)
  return {
    factor() {
      const [weight, , , variance] = read()
      return Float32Array.from(weight, (w, i) => w / Math.sqrt(variance[i] + epsilon))
    },
    summand() {
      const [weight, bias, mean, variance] = read()
      return Float32Array.from(bias, (b, i) => b - (mean[i] * weight[i]) / Math.sqrt(variance[i] + epsilon))
    },
  }
}

/**
 * Folds batch normalisation into the convolution or linear layer before it, or the linear layer behind a map that is laid
 * flat, where nothing else uses what lies between. The network then gives the same numbers, but for rounding, with fewer
 * operators; it can no longer be trained. Cost: nodes times normalisations.
 */
export function foldNormalisation(graph: Graph): void {
  for (const node of [...graph.nodes]) {
    const scaling = scalingOf(graph, node)
    if (scaling === undefined) continue
    const uses = new GraphUses(graph)
    const before = uses.onlyProducer(node.inputs[0])
    if (before !== undefined && hasRows(uses, before)) intoLayerBefore(graph, uses, before, node, scaling)
    else intoLayerBehind(graph, uses, node, scaling)
  }
  graph.removeUnused()
}

/** Whether a layer's weight has a row for each output channel, and is its own. */
function hasRows(uses: GraphUses, { opType, inputs, attributes }: Node): boolean {
  const isGemm = opType === 'Gemm' && attributes.transB === 1 && !attributes.alpha && !attributes.beta
  return (
    (opType === 'Conv' || isGemm) && uses.ownTensor(inputs[1]) !== undefined && hasOwnBias(uses, inputs[2])
  )
}

function hasOwnBias(uses: GraphUses, name: string | undefined): boolean {
  return name === undefined || name === '' || uses.ownTensor(name) !== undefined
}

function intoLayerBefore(graph: Graph, uses: GraphUses, layer: Node, norm: Node, scaling: Scaling): void {
  const weight = uses.ownTensor(layer.inputs[1]) as Tensor
  const bias = uses.ownTensor(layer.inputs[2])
  const rows = weight.shape[0]
  replaceWeights(graph, layer, norm, {
    weight: () => scaleRows(exactFloats(weight), scaling.factor()),
    bias() {
      const [factor, summand] = [scaling.factor(), scaling.summand()]
      return bias === undefined ? summand : exactFloats(bias).map((b, i) => b * factor[i] + summand[i])
    },
    rows,
  })
}

/** y = W (f x + s) + b for a map x that Flatten lays out channel after channel. */
function intoLayerBehind(graph: Graph, uses: GraphUses, norm: Node, scaling: Scaling): void {
  const flatten = uses.onlyConsumer(norm.outputs[0])
  if (flatten?.opType !== 'Flatten' || intOf(flatten, 'axis', 1) !== 1) return
  const layer = uses.onlyConsumer(flatten.outputs[0])
  if (layer?.opType !== 'Gemm' || !hasRows(uses, layer)) return
  const weight = uses.ownTensor(layer.inputs[1]) as Tensor
  const bias = uses.ownTensor(layer.inputs[2])
  const [rows, columns] = weight.shape
  replaceWeights(graph, layer, layer, {
    weight() {
      const factor = scaling.factor()
      const area = columns / factor.length
      return exactFloats(weight).map((w, i) => w * factor[Math.floor((i % columns) / area)])
    },
    bias() {
      const [summand, values] = [scaling.summand(), exactFloats(weight)]
      const area = columns / summand.length
      const own = bias === undefined ? new Float32Array(rows) : exactFloats(bias)
      return own.map((b, row) => {
        let sum = b
        for (let i = 0; i < columns; i++) sum += values[row * columns + i] * summand[Math.floor(i / area)]
        return sum
      })
    },
    rows,
  })
  uses.replace(flatten, { ...flatten, inputs: [norm.inputs[0]] })
}

/** Gives a layer other weights, and the results of `last`, which then isn't needed. */
export function replaceWeights(
  graph: Graph,
  layer: Node,
  last: Node,
  { weight, bias, rows }: { weight: () => Float32Array; bias: () => Float32Array; rows: number },
): void {
  const [x, weightName, biasName] = layer.inputs
  const { type, shape } = graph.initialisers.get(weightName) as Tensor
  const floats = type === 'float16' || type === 'float64' ? type : 'float32'
  const names = graph.names()
  const fresh = `${weightName.replace(/\.?weight$/, '')}.bias`
  const named = biasName || (names.has(fresh) ? `${weightName}.summand` : fresh)
  graph.initialisers.set(weightName, floatTensor(floats, shape, weight))
  graph.initialisers.set(named, floatTensor(floats, [rows], bias))
  const merged = { ...layer, inputs: [x, weightName, named], outputs: last.outputs }
  graph.nodes = graph.nodes.flatMap((node) => (node === layer ? [merged] : node === last ? [] : [node]))
}

/** Multiplies each of `factor.length` equal rows by its factor. */
export function scaleRows(matrix: Float32Array, factor: Float32Array): Float32Array {
  const columns = matrix.length / factor.length
  return matrix.map((value, i) => value * factor[Math.floor(i / columns)])
}
