import { InputError } from '../../errors.js'
import type { GeneratorDescriptor } from '../../models/descriptor.js'
import { loadModel, requireRole } from '../../models/model.js'
import type { WeightTensors } from '../../networks/weights.js'
import { bakeConstants } from '../../onnx/bake-constants.js'
import type { Graph } from '../../onnx/graph.js'
import { readGraph } from '../../onnx/read-graph.js'
import { elementCount, exactFloats, floatTensor } from '../../onnx/tensor.js'
import type { TrainableGenerator } from './generator-network.js'

/** Where a node takes weights: the inputs that its gradient knows; what stands elsewhere (statistics, limits, sizes) stays. */
const TAKES_WEIGHTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [0, 1, 2],
  MatMul: [0, 1],
  Add: [0, 1],
  Sub: [0, 1],
  Mul: [0, 1],
  PRelu: [1],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  LayerNormalization: [1, 2],
}

/** A generator that training goes on with. */
export interface StartedGenerator extends TrainableGenerator {
  readonly sha256: string
  readonly demo: boolean
}

/**
 * Opens a generator's file to train it on. Its weights are the tensors of more than one number that are multiplied or added;
 * running statistics stay as they are, and halves become float32. Whatever architecture made the file, it is kept.
 * @throws InputError where the file is no generator, or has nothing to train
 */
export async function startedGenerator(path: string): Promise<StartedGenerator> {
  const model = requireRole(await loadModel(path), 'generator')
  const graph = readGraph(model.path)
  await bakeConstants(graph)
  const weights = weightsOf(graph)
  if (weights.size === 0)
    throw new InputError('has no weights in float32 or float16', model.path, 'name a generator to train on')
  const { description: _, provenance: __, ...descriptor } = model.descriptor
  return {
    weights,
    fixed: [],
    tokens: descriptor.input.masks?.tokens ?? 0,
    sha256: model.sha256,
    demo: descriptor.demo,
    build: (now, name) => ({
      graph: withWeights(graph, now),
      description: { ...descriptor, name, provenance: {} } as GeneratorDescriptor,
    }),
  }
}

function weightsOf(graph: Graph): WeightTensors {
  const names = new Set<string>()
  for (const { opType, inputs } of graph.nodes)
    for (const place of TAKES_WEIGHTS[opType] ?? []) if (inputs[place]) names.add(inputs[place])
  const weights = [...graph.initialisers].filter(
    ([name, { type, shape }]) =>
      names.has(name) && (type === 'float32' || type === 'float16') && elementCount(shape) > 1,
  )
  return new Map(
    weights.map(([name, tensor]) => {
      const { shape } = tensor
      return [name, { shape, size: elementCount(shape), readFloat32: () => exactFloats(tensor) }] as const
    }),
  )
}

function withWeights(graph: Graph, weights: WeightTensors): Graph {
  const built = graph.clone()
  for (const [name, { shape, readFloat32 }] of weights)
    built.initialisers.set(name, floatTensor('float32', shape, readFloat32))
  return built
}
