import { readFile } from 'node:fs/promises'
import { gradient } from '../../../../src/gradient/gradient.js'
import { GraphBuilder } from '../../../../src/onnx/graph-builder.js'
import { decodeGraph } from '../../../../src/onnx/read-graph.js'
import { ShapeInference } from '../../../../src/onnx/shapes/inference.js'
import { readOnnxSummary } from '../../../../src/onnx/summary.js'
import { encodeGraph } from '../../../../src/onnx/write-graph.js'
import type { FuzzedReader } from '../reader.js'

function network(): Uint8Array {
  const g = new GraphBuilder()
  const x = g.floatInput('x', ['batch', 2, 6, 6])
  const w = g.weight('w', [3, 2, 3, 3], () => new Float32Array(54).fill(0.1))
  const maps = g.node('Conv', [x, w], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  const flat = g.reshape(g.transpose(maps, [0, 2, 3, 1]), [0, -1])
  g.output('y', g.node('Softmax', [g.slice(flat, 1, 2, 9)], { axis: 1 }), ['batch', 7])
  return encodeGraph(g.graph)
}

export const onnx: FuzzedReader = {
  id: 'onnx',
  file: 'net.onnx',
  seeds: async () => [network()],
  words: ['Conv', 'Reshape', 'kernel_shape', 'MatMul', 'x', 'w', 'y', 'batch'],
  async read(path) {
    await readOnnxSummary(path)
    const graph = decodeGraph(await readFile(path), path)
    new ShapeInference(graph)
    gradient(graph, { of: 'y', withRespectTo: ['x', 'w'] })
    encodeGraph(graph)
  },
}
