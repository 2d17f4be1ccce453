import type { NetworkDescription } from '../../networks/architecture.js'
import { ARCHITECTURES, requireArchitecture } from '../../networks/catalogue.js'
import { FreshWeights } from '../../networks/fresh-weights.js'
import type { WeightTensors } from '../../networks/weights.js'
import type { Graph } from '../../onnx/graph.js'
import { GraphBuilder } from '../../onnx/graph-builder.js'
import { freshWeights } from '../recogniser-state.js'
import { buildNetwork } from '../training-step.js'
import { aimOf } from './aims.js'
import type { AttributesSpec } from './attributes-spec.js'

const READOUT = 'readout'
const isReadout = (name: string): boolean => name.startsWith(`${READOUT}.`)

/** Fresh weights of the network and of the readout. @param columns that it is taught by */
export function freshAttributeWeights(spec: AttributesSpec, columns: number): WeightTensors {
  const fresh = new FreshWeights(spec.seed)
  fresh.linear(READOUT, spec.network.featureSize, aimOf(spec).size(spec, columns))
  return new Map([...freshWeights(spec), ...fresh.tensors])
}

/** Builds the network around weights; its output is the readout. */
export function buildAttributeNetwork(spec: AttributesSpec, weights: WeightTensors, where: string) {
  const trunk = new Map([...weights].filter(([name]) => !isReadout(name)))
  const { graph, description } = buildNetwork(spec, trunk, where)
  const [feature] = graph.outputs
  const g = new GraphBuilder('float32', graph)
  const [matrix, bias] = [`${READOUT}.weight`, `${READOUT}.bias`].map((name) => {
    const tensor = weights.get(name)
    if (tensor === undefined) throw new RangeError(`no weight ${name}`)
    return g.weight(name, tensor.shape, () => tensor.readFloat32())
  })
  const aim = aimOf(spec)
  const linear = g.node('Gemm', [feature.name, matrix, bias], { transB: 1 })
  const readout = aim.scale === 1 ? linear : g.mul(linear, g.floats(aim.scale))
  return { graph, description, readout, size: weights.get(`${READOUT}.bias`)?.size ?? 0 }
}

/** The network as it is used, with what its descriptor says. */
export function finishedNetwork(
  spec: AttributesSpec,
  weights: WeightTensors,
  where: string,
): { readonly graph: Graph; readonly description: NetworkDescription } {
  const { role, network, distanceName } = spec
  const about = {
    role,
    description: `${role} by ${network.architecture} ${network.depth}`,
    ...(role === 'features' && distanceName !== undefined && { distanceName }),
  }
  if (!aimOf(spec).isWritten) {
    const trunk = new Map([...weights].filter(([name]) => !isReadout(name)))
    const { graph, description } = buildNetwork(spec, trunk, where)
    return { graph, description: { ...description, ...about } as NetworkDescription }
  }
  const { graph, description, readout, size } = buildAttributeNetwork(spec, weights, where)
  const output = { name: role === 'pose' ? 'pose' : 'quality_vector', size }
  graph.outputs = []
  new GraphBuilder('float32', graph).output(output.name, readout, ['batch', size])
  return { graph, description: { ...description, ...about, output } as NetworkDescription }
}

/** Weights that training leaves as they are. */
export function fixedWeights({ network }: AttributesSpec): readonly string[] {
  return ARCHITECTURES[requireArchitecture(network.architecture)].fixed ?? []
}
