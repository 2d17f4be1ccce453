import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { stringify } from 'yaml'
import { sha256OfFile } from '../bytes/hashing.js'
import { asInputError } from '../errors.js'
import { descriptorSchema, type RecogniserDescriptor } from '../models/descriptor.js'
import { descriptorPath, loadModel, type Model, requireRole } from '../models/model.js'
import { foldForInference } from '../networks/fold-for-inference.js'
import type { WeightTensors } from '../networks/weights.js'
import { writeGraph } from '../onnx/write-graph.js'
import { PROGRAM } from '../program.js'
import type { Parameters } from './parameters.js'
import type { RecogniserSpec } from './recogniser-spec.js'
import { buildNetwork } from './training-step.js'

/** What the descriptor of a trained recogniser says beside what its architecture does. */
export interface RecogniserCard {
  readonly trainedOn: string
  readonly note: string
  readonly demo: boolean
  readonly licence: string
}

/** Writes a network as it stands, folded for inference, with its descriptor beside it. @throws InputError */
export async function writeRecogniser(
  path: string,
  spec: RecogniserSpec,
  { parameters, weights }: { parameters: Parameters; weights: WeightTensors },
  card: RecogniserCard,
): Promise<Model<RecogniserDescriptor>> {
  const values = parameters.values()
  const now = new Map(
    [...weights].map(([name, tensor]) => [
      name,
      { ...tensor, readFloat32: () => values.get(name) ?? tensor.readFloat32() },
    ]),
  )
  const { graph, description } = buildNetwork(spec, now, path)
  foldForInference(graph)
  await writeGraph(graph, path, { producer: { name: 'vec2face-bench', version: PROGRAM.version } })
  const { assumed: _, ...network } = description
  const { trainedOn, note, demo, licence } = card
  const descriptor = descriptorSchema.parse({
    name: basename(path, '.onnx'),
    ...network,
    demo,
    licence,
    provenance: {
      source: 'vec2face-bench train recogniser',
      trainedOn,
      note,
      sha256: await sha256OfFile(path),
    },
  })
  try {
    await writeFile(descriptorPath(path), stringify(descriptor, { lineWidth: 0 }))
  } catch (error) {
    throw asInputError(error, descriptorPath(path))
  }
  return requireRole(await loadModel(path), 'recogniser')
}
