/**
 * Exact gradients of ONNX networks: a graph in, a graph out that also computes gradients.
 *
 * @example
 * import { gradient } from 'vec2face-bench/gradient'
 * import { readGraph, Runtime, runtimeTensor, writeGraph } from 'vec2face-bench/onnx'
 *
 * const { graph, gradients } = gradient(readGraph('loss.onnx'), { of: 'loss', withRespectTo: ['image'] })
 * await writeGraph(graph, 'loss-gradient.onnx')
 * const network = await Runtime.open(graph)
 * const image = runtimeTensor('float32', new Float32Array(3 * 112 * 112), [1, 3, 112, 112])
 * const results = await network.run({ image })
 * console.log(results[gradients.image].data)
 *
 * @module
 */
export { type Gradient, type GradientRequest, gradient } from './gradient.js'
