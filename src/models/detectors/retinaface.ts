import { z } from 'zod'
import { InputError } from '../../errors.js'
import { type Decoding, gridOf, numbersOf, strides } from './decoding.js'

const schema = z.strictObject({
  form: z.literal('retinaface'),
  /** background and face, of each anchor */
  scores: z.string().min(1),
  boxes: z.string().min(1),
  points: z.string().min(1),
  /** whether scores are probabilities, or numbers that a softmax makes some of */
  softmax: z.boolean().default(false),
  strides: strides.default([8, 16, 32]),
  /** sides of the anchors of each stride, pixels */
  sizes: z.array(z.array(z.number().positive()).min(1)).default([
    [16, 32],
    [64, 128],
    [256, 512],
  ]),
  /** what offsets and sizes were divided by in training */
  variances: z.tuple([z.number().positive(), z.number().positive()]).default([0.1, 0.2]),
})
type Settings = z.infer<typeof schema>

/** Outputs whose two scores add up to 1 within this are probabilities. */
const PROBABILITIES = 1e-2

/** RetinaFace (Deng et al., 2020) as its widespread PyTorch code has it: priors of an SSD, all strides in one output. */
export const retinaface: Decoding<Settings> = {
  id: 'retinaface',
  looks: 'RetinaFace: boxes, two scores and landmarks of all anchors (4, 2, 10 numbers each)',
  schema,
  habits: {
    channels: 'BGR',
    scale: 1,
    mean: [104, 117, 123],
    std: [1, 1, 1],
    enlarge: false,
    score: 0.5,
    overlap: 0.4,
  },
  lastPixel: 1,
  draft(outputs) {
    const [boxes, scores, points] = [4, 2, 10].map((width) =>
      outputs.filter(({ shape }) => shape.at(-1) === width),
    )
    if (outputs.length !== 3 || [boxes, scores, points].some((found) => found.length !== 1)) return undefined
    return {
      decoding: {
        form: 'retinaface',
        scores: scores[0].name,
        boxes: boxes[0].name,
        points: points[0].name,
      },
      why: "three outputs of 4, 2 and 10 numbers an anchor are RetinaFace's",
    }
  },
  outputs: ({ scores, boxes, points }) => [scores, boxes, points],
  decode(settings, outputs, size, least, where) {
    const anchors = anchorsOf(settings, size)
    const count = anchors.length / 3
    const scores = numbersOf(outputs, settings.scores, 2 * count, where)
    const boxes = numbersOf(outputs, settings.boxes, 4 * count, where)
    const points = numbersOf(outputs, settings.points, 10 * count, where)
    const [offset, growth] = settings.variances
    const faces = []
    for (let i = 0; i < count; i++) {
      const score = scoreOf(scores[2 * i], scores[2 * i + 1], settings.softmax, where)
      if (!(score >= least)) continue
      const [x, y, side] = anchors.subarray(3 * i, 3 * i + 3)
      const [dx, dy, dw, dh] = boxes.subarray(4 * i, 4 * i + 4)
      const width = side * Math.exp(dw * growth)
      const height = side * Math.exp(dh * growth)
      faces.push({
        score,
        x: x + dx * offset * side - width / 2,
        y: y + dy * offset * side - height / 2,
        width,
        height,
        points: Array.from(points.subarray(10 * i, 10 * i + 10), (value, k) => {
          return (k % 2 === 0 ? x : y) + value * offset * side
        }),
      })
    }
    return faces
  },
}

/** Middle and side of each anchor, pixels: stride by stride, cell by cell, size by size. */
function anchorsOf({ strides, sizes }: Settings, size: { width: number; height: number }): Float64Array {
  const anchors: number[] = []
  for (const [level, stride] of strides.entries()) {
    const { columns, rows } = gridOf(size, stride)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (const side of sizes[level] ?? [])
          anchors.push((column + 0.5) * stride, (row + 0.5) * stride, side)
  }
  return Float64Array.from(anchors)
}

function scoreOf(background: number, face: number, softmax: boolean, where: string): number {
  if (softmax) return 1 / (1 + Math.exp(background - face))
  if (Math.abs(background + face - 1) <= PROBABILITIES) return face
  throw new InputError(
    `the scores ${background} and ${face} of an anchor don't add up to 1: they are no probabilities`,
    where,
    "write 'softmax: true' below 'decoding' in the detector's descriptor",
  )
}
