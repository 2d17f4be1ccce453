import type { Value } from '../onnx/graph-builder.js'
import type { Node } from '../onnx/node.js'
import { isPlainConvolution } from './kernels.js'
import type { Rewriting } from './rewriting.js'

/**
 * Writes PReLU behind a convolution by operators that onnxruntime has for its blocked layout of maps (convolutions and their
 * activations, sums) on the processor: it has PReLU for the plain layout alone, and reorders the map before and behind it.
 * With slope a, x + max(0, (a - 1) x) where no slope is above 1, else a x + (1 - a) max(0, x). Equal but for rounding.
 */
export function splitPrelu(rewriting: Rewriting): void {
  const makers = rewriting.graph.producers()
  for (const prelu of [...rewriting.graph.nodes]) {
    const maker = prelu.opType === 'PRelu' ? makers.get(prelu.inputs[0]) : undefined
    const slopes = maker && isPlainConvolution(maker) && slopesOf(rewriting, prelu)
    if (slopes) split(rewriting, prelu, slopes)
  }
}

/** The slopes of the channels, where the network carries one a channel in float32. */
function slopesOf({ graph }: Rewriting, { inputs }: Node): Float32Array | undefined {
  const tensor = graph.initialisers.get(inputs[1])
  if (tensor?.type !== 'float32' || tensor.shape.length !== 3) return undefined
  return tensor.shape[1] * tensor.shape[2] === 1 ? (tensor.read() as Float32Array) : undefined
}

function split(rewriting: Rewriting, prelu: Node, slopes: Float32Array): void {
  const { g } = rewriting
  const [x] = prelu.inputs
  const scaled = (map: Value, of: string, factor: (slope: number) => number): Value => {
    const shape = [slopes.length, 1, 1, 1]
    const kernel = g.weight(g.name(of), shape, () => slopes.map(factor))
    return g.node('Conv', [map, kernel], { kernel_shape: [1, 1], group: slopes.length })
  }
  const inputs = slopes.every((slope) => slope <= 1)
    ? [x, g.node('Relu', [scaled(x, 'slope_less_one', (slope) => slope - 1)])]
    : [
        scaled(x, 'slope', (slope) => slope),
        scaled(g.node('Relu', [x]), 'one_less_slope', (slope) => 1 - slope),
      ]
  rewriting.replace([prelu], { ...prelu, opType: 'Add', inputs, attributes: {} })
}
