import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'

/** An ONNX file of a convolution, moved numbers and a softmax: x [batch, 2, 6, 6] to y [batch, 7]. */
export function smallNetwork(): Uint8Array {
  const g = new GraphBuilder()
  const x = g.floatInput('x', ['batch', 2, 6, 6])
  const w = g.weight('w', [3, 2, 3, 3], () => new Float32Array(54).fill(0.1))
  const maps = g.node('Conv', [x, w], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  const flat = g.reshape(g.transpose(maps, [0, 2, 3, 1]), [0, -1])
  g.output('y', g.node('Softmax', [g.slice(flat, 1, 2, 9)], { axis: 1 }), ['batch', 7])
  return encodeGraph(g.graph)
}
