import type { GeneratorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { Graph } from '../onnx/graph.js'
import type { Tensors } from '../onnx/runtime.js'
import { DiffusionNetwork } from './diffusion-network.js'

/** What a generator runs: one network, or several that work like one. */
export interface GeneratorNetwork {
  /** One batch. @param outputs tensors to write into @throws InputError where a network fails */
  run(inputs: Tensors, outputs: Tensors): Promise<unknown>
  close(): Promise<void>
}

/**
 * Opens what a generator's descriptor tells.
 * @param extend adds to a network that is one what should be computed beside it
 * @throws InputError where a file is missing or can't be run
 */
export function openGeneratorNetwork(
  model: Model<GeneratorDescriptor>,
  options: SessionOptions,
  extend?: (graph: Graph) => void,
): Promise<GeneratorNetwork> {
  const { diffusion } = model.descriptor
  return diffusion === undefined
    ? ModelSession.open(model, options, extend)
    : DiffusionNetwork.open(model, diffusion, options)
}
