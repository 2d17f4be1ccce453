import { descriptorSchema, type GeneratorDescriptor } from '../../models/descriptor.js'
import { vec2face } from '../../networks/vec2face.js'
import { freshVec2Face } from '../../networks/vec2face-fresh.js'
import { Weights, type WeightTensors } from '../../networks/weights.js'
import type { Graph } from '../../onnx/graph.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import type { GeneratorSpec } from './generator-spec.js'

/** A generator that is trained: the weights that it begins with, and how it is built around others. */
export interface TrainableGenerator {
  readonly weights: WeightTensors
  /** names of weights that stay as they are */
  readonly fixed: readonly string[]
  /** tokens that its masks hide some of; 0 where it takes no masks */
  readonly tokens: number
  /** @param weights by the names of those that it begins with @param name what its descriptor calls it */
  build(weights: WeightTensors, name: string): { graph: Graph; description: GeneratorDescriptor }
}

/** The generator of the size that a spec names, with fresh weights. @param vectorSize numbers of a vector @throws InputError */
export function freshGenerator(
  { network, masking, seed }: GeneratorSpec,
  vectorSize: number,
): TrainableGenerator {
  return {
    weights: freshVec2Face(seed, { vectorSize, ...network }),
    fixed: [],
    tokens: TOKENS,
    build(weights, name) {
      const g = new GraphBuilder()
      const named = new Weights(weights, name)
      const built = vec2face.build(g, named, { heads: network.heads })
      named.finish()
      const description = descriptorSchema.parse({ name, ...built }) as GeneratorDescriptor
      const { input } = description
      const masks = input.masks && { ...input.masks, droppedCount: masking.dropped }
      return { graph: g.graph, description: { ...description, input: { ...input, ...(masks && { masks }) } } }
    },
  }
}

/** Of Vec2Face: the feature's and 49 of the image. */
const TOKENS = 50
