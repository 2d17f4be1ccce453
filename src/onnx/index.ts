/**
 * ONNX networks as data: read, edited, put together, written; and run by onnxruntime.
 *
 * @example
 * import { readGraph, ShapeInference, writeGraph } from 'vec2face-bench/onnx'
 *
 * const graph = readGraph('r50.onnx') // weights are read when they are asked for
 * console.log(new ShapeInference(graph).of('feature').shape) // [ 'batch', 512 ]
 * graph.nodes = graph.nodes.map((node) => (node.opType === 'Relu' ? { ...node, opType: 'Sigmoid' } : node))
 * await writeGraph(graph, 'r50-sigmoid.onnx')
 *
 * @module
 */
export type { Attribute, Attributes } from './attribute.js'
export { commonOpset, embedNetwork } from './compose.js'
export { ELEMENT_TYPES, type ElementType, type TypedArray } from './element-types.js'
export { Graph, type GraphParts, type Producer } from './graph.js'
export { type FloatType, GraphBuilder, type Value } from './graph-builder.js'
export type { HalfType } from './half/half-operators.js'
export { type HalfNetwork, type HalfOptions, inHalfPrecision } from './half/half-precision.js'
export type { Node } from './node.js'
export { fixSizes, foldConstants } from './passes.js'
export type { Dimension, Port, PortType } from './port.js'
export { tryProvider } from './provider-check.js'
export { raiseOpset } from './raise-opset.js'
export { decodeGraph, readGraph } from './read-graph.js'
export {
  PROVIDERS,
  type Provider,
  Runtime,
  type RuntimeOptions,
  type RuntimeTensor,
  runtimeTensor,
  type Tensors,
} from './runtime.js'
export { type Known, ShapeInference, type Sizes } from './shapes/inference.js'
export { type OnnxSummary, readOnnxSummary } from './summary.js'
export { floatTensor, int64Tensor, numbersOf, type Tensor, tensorOf, tensorOfNumbers } from './tensor.js'
export { encodeGraph, type WriteOptions, type WrittenFiles, writeGraph } from './write-graph.js'
