import type { Value } from '../onnx/graph-builder.js'
import { floatOf, intOf, type Node } from '../onnx/node.js'
import type { Rewriting } from './rewriting.js'

/** What normalisation in inference mode multiplies each channel by and adds. */
export interface Scaling {
  readonly factor: Value
  readonly summand: Value
}

const PARAMETERS = 5

/** Computes the scaling of a batch normalisation whose parameters are weights; undefined for any other node. */
export function scalingOf(rewriting: Rewriting, node: Node): (() => Scaling) | undefined {
  if (node.opType !== 'BatchNormalization' || node.inputs.length !== PARAMETERS) return undefined
  if (intOf(node, 'training_mode', 0) !== 0) return undefined
  const [weight, bias, mean, variance] = node.inputs.slice(1)
  if (node.inputs.slice(1).some((name) => rewriting.shapeOf(name) === undefined)) return undefined
  return () => {
    const { g } = rewriting
    const deviation = g.node('Sqrt', [g.add(variance, g.floats(floatOf(node, 'epsilon', 1e-5)))])
    const factor = g.node('Div', [weight, deviation])
    return { factor, summand: g.node('Sub', [bias, g.mul(mean, factor)]) }
  }
}

/**
 * Folds batch normalisation into the convolution or linear layer before it, or the linear layer behind a map that is laid
 * flat, where nothing else uses what lies between. The network then gives the same numbers, but for rounding, with fewer
 * operators; it can no longer be trained. Cost: nodes times normalisations.
 */
export function foldNormalisation(rewriting: Rewriting): void {
  for (const node of [...rewriting.graph.nodes]) {
    const scaling = scalingOf(rewriting, node)
    if (scaling === undefined) continue
    const before = rewriting.uses.onlyProducer(node.inputs[0])
    if (before !== undefined && hasRows(rewriting, before)) intoLayerBefore(rewriting, before, node, scaling)
    else intoLayerBehind(rewriting, node, scaling)
  }
}

/** Whether a layer's weight has a row for each output channel. */
function hasRows(rewriting: Rewriting, { opType, inputs, attributes }: Node): boolean {
  const isGemm = opType === 'Gemm' && attributes.transB === 1 && !attributes.alpha && !attributes.beta
  return (
    (opType === 'Conv' || isGemm) && rewriting.shapeOf(inputs[1]) !== undefined && rewriting.isBias(inputs[2])
  )
}

function intoLayerBefore(rewriting: Rewriting, layer: Node, norm: Node, scaling: () => Scaling): void {
  const { g } = rewriting
  const shape = rewriting.shapeOf(layer.inputs[1]) ?? []
  const { factor, summand } = scaling()
  const [, weight, bias] = layer.inputs
  const scaled = rewriting.weight(g.mul(weight, rewriting.perRow(factor, shape.length)), shape)
  const shifted = rewriting.sum(bias && g.mul(bias, factor), summand) as Value
  rewriting.weight(shifted, [shape[0]])
  rewriting.replace([layer, norm], rewriting.relayer(layer, norm, scaled, shifted))
}

/** y = W (f x + s) + b for a map x that Flatten lays out channel after channel. */
function intoLayerBehind(rewriting: Rewriting, norm: Node, scaling: () => Scaling): void {
  const { g, uses } = rewriting
  const flatten = uses.onlyConsumer(norm.outputs[0])
  if (flatten?.opType !== 'Flatten' || intOf(flatten, 'axis', 1) !== 1) return
  const layer = uses.onlyConsumer(flatten.outputs[0])
  if (layer?.opType !== 'Gemm' || !hasRows(rewriting, layer)) return
  const [, weight, bias] = layer.inputs
  const [rows, columns] = rewriting.shapeOf(weight) ?? []
  const [channels] = rewriting.shapeOf(norm.inputs[1]) ?? []
  const { factor, summand } = scaling()
  const byChannel = g.reshape(weight, [rows, channels, columns / channels])
  const scaled = g.reshape(g.mul(byChannel, g.reshape(factor, [channels, 1])), [rows, columns])
  const perChannel = g.node('ReduceSum', [byChannel, g.ints([2])], { keepdims: 0 })
  const shift = rewriting.sum(bias, g.node('MatMul', [perChannel, summand])) as Value
  rewriting.weight(scaled, [rows, columns])
  rewriting.weight(shift, [rows])
  rewriting.replace([norm, flatten], { ...flatten, inputs: [norm.inputs[0]] })
  rewriting.replace([layer], rewriting.relayer(layer, layer, scaled, shift))
}
