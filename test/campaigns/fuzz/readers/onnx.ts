import { readFile } from 'node:fs/promises'
import { gradient } from '../../../../src/gradient/gradient.js'
import { decodeGraph } from '../../../../src/onnx/read-graph.js'
import { ShapeInference } from '../../../../src/onnx/shapes/inference.js'
import { readOnnxSummary } from '../../../../src/onnx/summary.js'
import { encodeGraph } from '../../../../src/onnx/write-graph.js'
import { smallNetwork } from '../../../onnx/small-network.js'
import type { FuzzedReader } from '../reader.js'

export const onnx: FuzzedReader = {
  id: 'onnx',
  file: 'net.onnx',
  seeds: async () => [smallNetwork()],
  words: ['Conv', 'Reshape', 'kernel_shape', 'MatMul', 'x', 'w', 'y', 'batch'],
  async read(path) {
    await readOnnxSummary(path)
    const graph = decodeGraph(await readFile(path), path)
    new ShapeInference(graph)
    gradient(graph, { of: 'y', withRespectTo: ['x', 'w'] })
    encodeGraph(graph)
  },
}
