import { descriptorSchema, type GeneratorDescriptor } from '../../models/descriptor.js'
import { vec2face } from '../../networks/vec2face.js'
import { freshVec2Face } from '../../networks/vec2face-fresh.js'
import { Weights, type WeightTensors } from '../../networks/weights.js'
import type { Graph } from '../../onnx/graph.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import type { GeneratorSpec } from './generator-spec.js'

/** Fresh weights of the generator that a spec asks for. @param vectorSize numbers of a vector @throws InputError */
export function freshGenerator({ network, seed }: GeneratorSpec, vectorSize: number): WeightTensors {
  return freshVec2Face(seed, { vectorSize, ...network })
}

/** Builds a spec's generator around weights. @param name what its descriptor calls it */
export function buildGenerator(
  { network, masking }: GeneratorSpec,
  weights: WeightTensors,
  name: string,
): { graph: Graph; description: GeneratorDescriptor } {
  const g = new GraphBuilder()
  const named = new Weights(weights, name)
  const built = vec2face.build(g, named, { heads: network.heads })
  named.finish()
  const description = descriptorSchema.parse({ name, ...built }) as GeneratorDescriptor
  const { input } = description
  const masks = input.masks && { ...input.masks, droppedCount: masking.dropped }
  return { graph: g.graph, description: { ...description, input: { ...input, ...(masks && { masks }) } } }
}
