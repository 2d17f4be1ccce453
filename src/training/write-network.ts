import { basename } from 'node:path'
import { writeDurably } from '../bytes/files.js'
import { sha256OfFile } from '../bytes/hashing.js'
import { type Descriptor, descriptorSchema } from '../models/descriptor.js'
import { descriptorPath, loadModel, type Model } from '../models/model.js'
import type { NetworkDescription } from '../networks/architecture.js'
import { foldForInference } from '../networks/fold-for-inference.js'
import type { WeightTensors } from '../networks/weights.js'
import type { Graph } from '../onnx/graph.js'
import { writeGraph } from '../onnx/write-graph.js'
import { PROGRAM } from '../program.js'
import { yamlText } from '../yaml-file.js'

/** What the descriptor of a trained network says beside what its architecture does. */
export interface TrainingCard {
  /** the command that trained it */
  readonly source: string
  readonly trainedOn: string
  readonly note: string
  readonly demo: boolean
  readonly licence: string
}

/** Weights with their numbers as they are now. @param values by name; what has none here stays */
export function weightsNow(weights: WeightTensors, values: ReadonlyMap<string, Float32Array>): WeightTensors {
  const now = [...weights].map(
    ([name, tensor]) =>
      [name, { ...tensor, readFloat32: () => values.get(name) ?? tensor.readFloat32() }] as const,
  )
  return new Map(now)
}

/** Writes a network as it stands, folded for inference, with its descriptor beside it. @throws InputError */
export async function writeNetwork(
  path: string,
  { graph, description }: { graph: Graph; description: NetworkDescription | Descriptor },
  card: TrainingCard,
): Promise<Model> {
  foldForInference(graph)
  await writeGraph(graph, path, { producer: { name: 'vec2face-bench', version: PROGRAM.version } })
  const { assumed: _, ...network } = { assumed: undefined, ...description }
  const { source, trainedOn, note, demo, licence } = card
  const descriptor = descriptorSchema.parse({
    ...network,
    name: basename(path, '.onnx'),
    demo,
    licence,
    provenance: { source, trainedOn, note, sha256: await sha256OfFile(path) },
  })
  await writeDurably(descriptorPath(path), yamlText(descriptor))
  return loadModel(path)
}
