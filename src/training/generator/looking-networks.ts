import { InputError } from '../../errors.js'
import type { ImageModelDescriptor } from '../../models/descriptor.js'
import { loadModel, type Model, requireRole } from '../../models/model.js'
import type { Graph } from '../../onnx/graph.js'
import { readGraph } from '../../onnx/read-graph.js'
import { inferredPort, ShapeInference } from '../../onnx/shapes/inference.js'
import type { GeneratorSpec } from './generator-spec.js'
import type { StepNetworks } from './networks.js'

/** Values that a message names. */
const SHOWN = 8

/** The networks of a spec that look at images, and the SHA-256 of their files by what they are to the training. */
export interface LookingNetworks extends Pick<StepNetworks, 'recogniser' | 'perceptual'> {
  readonly files: Readonly<Record<string, string>>
  /** one of them was trained on rendered faces */
  readonly demo: boolean
}

/** Opens the networks that a spec's losses look through. @throws InputError */
export async function openLookingNetworks({
  recogniser: path,
  perceptual,
}: GeneratorSpec): Promise<LookingNetworks> {
  const recogniser = requireRole(await loadModel(path), 'recogniser')
  const { output } = recogniser.descriptor
  const known = { ...looking(recogniser, readGraph(recogniser.path)), output: output.name, size: output.size }
  const files = { recogniser: recogniser.sha256 }
  if (perceptual === undefined) return { recogniser: known, files, demo: recogniser.descriptor.demo }
  const { maps, network } = perceptual
  const other = network === undefined ? recogniser : await loadLooking(network)
  const isSame = other.path === recogniser.path
  const seen = isSame ? known : looking(other, readGraph(other.path))
  putOut(seen.graph, maps)
  return {
    recogniser: known,
    perceptual: { ...seen, maps },
    files: { ...files, 'perceptual network': other.sha256 },
    demo: recogniser.descriptor.demo || other.descriptor.demo,
  }
}

async function loadLooking(path: string): Promise<Model<ImageModelDescriptor>> {
  return requireRole(await loadModel(path), 'features', 'recogniser', 'quality', 'pose')
}

const looking = ({ descriptor }: Model<ImageModelDescriptor>, graph: Graph) => ({
  name: descriptor.name,
  graph,
  input: descriptor.input,
})

/** Makes outputs of inner values. @throws InputError where one is no map, with the names of those that are */
function putOut(graph: Graph, names: readonly string[]): void {
  const inference = new ShapeInference(graph)
  const isMap = (name: string) => inference.of(name).shape?.length === 4
  const values = graph.nodes.flatMap(({ outputs }) => outputs)
  for (const name of names) {
    if (!values.includes(name) || !isMap(name)) {
      const maps = graph.nodes.flatMap(({ opType, outputs }) =>
        ['Relu', 'PRelu', 'Add'].includes(opType) ? outputs.filter(isMap) : [],
      )
      const shown = maps.length > SHOWN ? [...maps.slice(0, SHOWN), `.. (${maps.length})`] : maps
      throw new InputError(
        `has no map '${name}'`,
        graph.origin,
        `name values of it that are [images, channels, rows, columns]: ${shown.join(', ')}`,
      )
    }
    if (!graph.outputs.some((port) => port.name === name)) graph.outputs.push(inferredPort(name, inference))
  }
}
