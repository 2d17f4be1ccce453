import type { Port } from '../../onnx/port.js'
import { featureOutput } from '../feature-output.js'
import type { ImageInput } from '../image-input.js'
import { takesIntegers } from '../port-types.js'
import { fixed, type ImageInputOverrides, type NetworkPorts, type RoleDefinition } from './role.js'
import { trialNumbers } from './trial-numbers.js'

/** What pixels need where the network takes whole numbers: nothing. */
const AS_THEY_ARE: ImageInputOverrides & { scale: number } = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }

/** What every model of images says of itself. */
export interface ImageModelPorts {
  readonly input: ImageInput
  readonly output: { readonly name: string; readonly size: number }
}

/** Images to rows of numbers: recognisers, quality, pose and feature models. */
export const imageModel: RoleDefinition<ImageModelPorts> = {
  looks: 'an image model takes [batch, 3, height, width] and gives [batch, numbers]',
  ports({ input, output }) {
    const shape = input.layout === 'NCHW' ? [-1, 3, ...input.size] : [-1, ...input.size, 3]
    return {
      inputs: [{ name: input.name, type: 'float32', shape }],
      outputs: [{ name: output.name, type: 'float32', shape: [-1, output.size] }],
    }
  },
  draft(ports, { name, path, batch, image, feature }) {
    const input = imageInput(ports)
    if (input === undefined) return undefined
    const output = featureOutput(ports.outputs, path, feature)?.output ?? ports.outputs[0]
    if (output?.shape.length !== 2) return undefined
    const layout = fixed(input.shape[1]) === 3 || fixed(input.shape[3]) !== 3 ? 'NCHW' : 'NHWC'
    const [height, width] = layout === 'NCHW' ? input.shape.slice(2) : input.shape.slice(1, 3)
    const size = fixed(output.shape[1]) ?? 512
    return {
      name,
      // Three numbers are yaw, pitch and roll. Quality and feature models look like recognisers.
      role: size === 3 ? 'pose' : 'recogniser',
      batch,
      input: {
        name: input.name,
        layout,
        size: [fixed(height) ?? 112, fixed(width) ?? 112],
        ...(takesIntegers(input.type) && AS_THEY_ARE),
        ...image,
      },
      output: { name: output.name, size },
    }
  },
  trial({ input: { name, size, layout } }, from, to) {
    const shape = layout === 'NCHW' ? [3, ...size] : [...size, 3]
    return { [name]: trialNumbers([to - from, ...shape], from) }
  },
}

/** The input of images, whatever goes in beside it. */
export function imageInput({ inputs }: NetworkPorts): Port | undefined {
  const images = inputs.filter(({ shape }) => shape.length === 4)
  return images.length === 1 || inputs[0]?.shape.length === 4 ? images[0] : undefined
}
