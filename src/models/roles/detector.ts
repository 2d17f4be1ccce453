import type { DetectorDescriptor } from '../descriptor.js'
import { DECODINGS, decodingOf, draftDecoding } from '../detectors/list.js'
import { imageInput } from './image-model.js'
import { fixed, type RoleDefinition } from './role.js'
import { trialNumbers } from './trial-numbers.js'

/** Sides of an input are multiples of the largest stride. */
const MULTIPLE = 32

/** Photographs to faces with five landmarks. */
export const detector: RoleDefinition<DetectorDescriptor> = {
  looks: `a detector takes [1, 3, height, width] and gives what one of these does: ${DECODINGS.map(({ looks }) => looks).join('; ')}`,
  ports({ input, decoding }) {
    const outputs = decodingOf(decoding).outputs(decoding)
    const [height, width] = input.size ?? [-1, -1]
    return {
      inputs: [{ name: input.name, type: 'float32', shape: [-1, 3, height, width] }],
      // How many numbers come out depends on the photograph's size: decoding counts them.
      outputs: outputs.map((name) => ({ name, type: 'float32', shape: [], unranked: true })),
    }
  },
  draft(ports, { name, batch, image }) {
    const input = imageInput(ports)
    const found = draftDecoding(ports.outputs)
    if (input === undefined || found === undefined) return undefined
    const { score, overlap, enlarge, ...habits } = found.habits
    const [height, width] = input.shape.slice(2).map(fixed)
    const side = height === undefined || width === undefined ? undefined : Math.max(height, width)
    return {
      name,
      role: 'detector',
      batch,
      input: {
        name: input.name,
        ...habits,
        ...image,
        ...(side === undefined ? { multiple: MULTIPLE } : { size: [height, width] }),
        enlarge,
      },
      decoding: found.decoding,
      score,
      overlap,
    }
  },
  trial({ input: { name, size } }, from, to) {
    return { [name]: trialNumbers([to - from, 3, ...(size ?? [MULTIPLE, MULTIPLE])], from) }
  },
}
