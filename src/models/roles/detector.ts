import { z } from 'zod'
import { DECODINGS, decodingOf, decodingSchema, draftDecoding } from '../detectors/list.js'
import { identification } from '../identification.js'
import { checkUnits, pixelInput, shapeSize } from '../image-input.js'
import { imageInput } from './image-model.js'
import { fixed, type Role } from './role.js'
import { trialNumbers } from './trial-numbers.js'

/** Sides of an input are multiples of the largest stride. */
const MULTIPLE = 32

export const detectorSchema = z.strictObject({
  ...identification,
  role: z.literal('detector'),
  /** NCHW; a photograph lies in the upper left corner, black beside and below it */
  input: z
    .strictObject({
      ...pixelInput,
      /** height and width where the network takes one size; else those of the photograph, rounded up to a multiple */
      size: shapeSize.optional(),
      multiple: z.int().positive().default(32),
      /** the longer side of photographs, pixels: larger ones are scaled down to it */
      side: z.int().positive().default(640),
      /** whether smaller ones are scaled up to it */
      enlarge: z.boolean().default(false),
    })
    .superRefine(checkUnits),
  /** how faces are read from the outputs */
  decoding: decodingSchema,
  /** the least score of a face */
  score: z.number().min(0).max(1).default(0.5),
  /** a face whose box overlaps a better one's by more than this (intersection over union) is the same face */
  overlap: z.number().min(0).max(1).default(0.4),
})
export type DetectorDescriptor = z.infer<typeof detectorSchema>

/** Photographs to faces with five landmarks. */
export const detector: Role<typeof detectorSchema> = {
  schema: detectorSchema,
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
