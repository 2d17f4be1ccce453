import { basename, extname } from 'node:path'
import { InputError } from '../errors.js'
import { type Port, showPort } from '../onnx/port.js'
import { Runtime } from '../onnx/runtime.js'
import { type Descriptor, descriptorSchema } from './descriptor.js'
import { ANY_BATCH } from './identification.js'
import { imageInput } from './roles/image-model.js'
import { ROLES } from './roles/list.js'
import { fixed, type ImageInputOverrides, type NetworkPorts } from './roles/role.js'

export type { ImageInputOverrides, NetworkPorts } from './roles/role.js'

const tensors = (ports: readonly Port[]): Port[] => ports.filter(({ type }) => type !== 'not a tensor')

/** What goes into a network and what comes out. @throws InputError where the file is none that can be run */
export async function readPorts(path: string): Promise<NetworkPorts> {
  const runtime = await Runtime.open(path, { optimise: false })
  await runtime.close()
  return { inputs: tensors(runtime.inputs), outputs: tensors(runtime.outputs) }
}

/**
 * Drafts a descriptor from what the network shows: sizes, names, layout and batch are read off; means, channel order and the
 * licence can't be, and are the paper's defaults for the user to check.
 * @param feature the output that is the feature, where several could be
 * @throws InputError where the network fits no role, or nothing tells which output is the feature
 */
export function draftDescriptor(
  path: string,
  ports: NetworkPorts,
  image: ImageInputOverrides = {},
  feature?: string,
): Descriptor {
  const input = imageInput(ports) ?? ports.inputs[0]
  if (input === undefined || ports.outputs.length === 0)
    throw new InputError('the network has no tensor going in or coming out', path, 'name another model')
  const batchSize = fixed(input.shape[0])
  const batch = batchSize === undefined ? ANY_BATCH : { min: batchSize, max: batchSize }
  const hints = { name: basename(path, extname(path)), path, batch, image, feature }
  for (const role of Object.values(ROLES)) {
    const draft = role.draft(ports, hints)
    if (draft !== undefined) return descriptorSchema.parse(draft)
  }
  const show = (list: readonly Port[]) => list.map((port) => `'${port.name}' ${showPort(port)}`).join(', ')
  throw new InputError(
    `inputs ${show(ports.inputs)} and outputs ${show(ports.outputs)} fit no role`,
    path,
    [...new Set(Object.values(ROLES).map(({ looks }) => looks))].join('; '),
  )
}
