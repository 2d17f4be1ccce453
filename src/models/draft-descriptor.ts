import { basename, extname } from 'node:path'
import { InputError } from '../errors.js'
import type { Port } from '../onnx/port.js'
import { Runtime } from '../onnx/runtime.js'
import { type Descriptor, descriptorSchema } from './descriptor.js'
import { featureOutput } from './feature-output.js'
import { takesIntegers } from './port-types.js'

/** What goes into a network and what comes out. */
export interface NetworkPorts {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

const tensors = (ports: readonly Port[]): Port[] => ports.filter(({ type }) => type !== 'not a tensor')

/** What goes into a network and what comes out. @throws InputError where the file is none that can be run */
export async function readPorts(path: string): Promise<NetworkPorts> {
  const runtime = await Runtime.open(path, { optimise: false })
  await runtime.close()
  return { inputs: tensors(runtime.inputs), outputs: tensors(runtime.outputs) }
}

/** A free dimension is a name, or 0 or -1 where it has none. */
function fixed(dimension: number | string | undefined): number | undefined {
  return typeof dimension === 'number' && dimension > 0 ? dimension : undefined
}

/** What the flags of the command line say about an image model that has no descriptor. */
export interface ImageInputOverrides {
  readonly mean?: readonly number[]
  readonly std?: readonly number[]
  readonly channels?: 'RGB' | 'BGR'
}

/** What pixels need where the network takes whole numbers: nothing. */
const AS_THEY_ARE: ImageInputOverrides & { scale: number } = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }

/**
 * Drafts a descriptor from what the network shows: sizes, names, layout and batch are read off; means, channel order and the
 * licence can't be, and are the paper's defaults for the user to check.
 * @param feature the output that is the feature, where several could be
 * @throws InputError where the network fits no role, or nothing tells which output is the feature
 */
export function draftDescriptor(
  path: string,
  ports: NetworkPorts,
  overrides: ImageInputOverrides = {},
  feature?: string,
): Descriptor {
  const name = basename(path, extname(path))
  const input = imageInput(ports)
  const isImage = input?.shape.length === 4
  const output =
    (isImage ? featureOutput(ports.outputs, path, feature)?.output : undefined) ?? ports.outputs[0]
  if (input === undefined || output === undefined) {
    throw new InputError('the network has no tensor going in or coming out', path, 'name another model')
  }
  const batchSize = fixed(input.shape[0])
  const batch = batchSize === undefined ? { min: 1, max: 64 } : { min: batchSize, max: batchSize }
  if (input.shape.length === 2 && output.shape.length === 4) {
    const masks = ports.inputs.filter(({ type }) => type === 'bool')
    return descriptorSchema.parse({
      name,
      role: 'generator',
      batch,
      input: {
        name: input.name,
        size: fixed(input.shape[1]) ?? 512,
        ...(masks.length === 2 && {
          masks: { dropped: masks[0].name, masked: masks[1].name, tokens: fixed(masks[0].shape[1]) ?? 50 },
        }),
      },
      output: { name: output.name, size: [fixed(output.shape[2]) ?? 112, fixed(output.shape[3]) ?? 112] },
    })
  }
  if (input.shape.length !== 4 || output.shape.length !== 2) {
    throw new InputError(
      `input [${input.shape.join(', ')}] and output [${output.shape.join(', ')}] fit no role`,
      path,
      'an image model takes [batch, 3, height, width] and gives [batch, numbers]; a generator takes [batch, 512] and gives images',
    )
  }
  const layout = fixed(input.shape[1]) === 3 || fixed(input.shape[3]) !== 3 ? 'NCHW' : 'NHWC'
  const [height, width] =
    layout === 'NCHW' ? [input.shape[2], input.shape[3]] : [input.shape[1], input.shape[2]]
  const size = fixed(output.shape[1]) ?? 512
  return descriptorSchema.parse({
    name,
    role: size === 3 ? 'pose' : 'recogniser',
    batch,
    input: {
      name: input.name,
      layout,
      size: [fixed(height) ?? 112, fixed(width) ?? 112],
      ...(takesIntegers(input.type) && AS_THEY_ARE),
      ...overrides,
    },
    output: { name: output.name, size },
  })
}

/** The input of images, whatever goes in beside it; the first where there is none. */
function imageInput({ inputs }: NetworkPorts): Port | undefined {
  const images = inputs.filter(({ shape }) => shape.length === 4)
  return images.length === 1 ? images[0] : inputs[0]
}
