import { z } from 'zod'
import { byStride, type Decoding, gridOf, numbersOf, outputNames, strides } from './decoding.js'

const schema = z.strictObject({
  form: z.literal('scrfd'),
  /** probability of a face, an output a stride */
  scores: outputNames,
  /** distances of the box's left, upper, right and lower side, in strides */
  boxes: outputNames,
  /** landmarks from the cell's corner, in strides */
  points: outputNames,
  strides: strides.default([8, 16, 32]),
  /** faces that a cell may hold */
  anchors: z.int().positive().default(2),
})

/** Strides and faces a cell by the number of strides, as insightface tells them from the number of outputs. */
const LAYOUTS = [
  { strides: [8, 16, 32], anchors: 2 },
  { strides: [8, 16, 32, 64, 128], anchors: 1 },
] as const

/** SCRFD (Guo et al., 2021) and insightface's RetinaFace, which has the same outputs. */
export const scrfd: Decoding<z.infer<typeof schema>> = {
  id: 'scrfd',
  looks: 'SCRFD: score, box and landmarks (1, 4, 10 numbers an anchor) at three or five strides',
  schema,
  habits: {
    channels: 'RGB',
    scale: 1,
    mean: [127.5, 127.5, 127.5],
    std: [128, 128, 128],
    enlarge: true,
    score: 0.5,
    overlap: 0.4,
  },
  lastPixel: 1,
  draft(outputs) {
    for (const { strides, anchors } of LAYOUTS) {
      if (outputs.length !== 3 * strides.length) continue
      const [scores, boxes, points] = [1, 4, 10].map((width) => byStride(outputs, width, strides.length))
      if (!scores || !boxes || !points) continue
      return {
        decoding: { form: 'scrfd', scores, boxes, points, strides: [...strides], anchors },
        why: `${outputs.length} outputs of 1, 4 and 10 numbers an anchor are SCRFD's`,
      }
    }
    return undefined
  },
  outputs: ({ scores, boxes, points }) => [...scores, ...boxes, ...points],
  decode(settings, outputs, size, least, where) {
    const { anchors } = settings
    return settings.strides.flatMap((stride, level) => {
      const { columns, rows } = gridOf(size, stride)
      const count = columns * rows * anchors
      const read = (names: readonly string[], width: number) =>
        numbersOf(outputs, names[level], count * width, where)
      const scores = read(settings.scores, 1)
      const boxes = read(settings.boxes, 4)
      const points = read(settings.points, 10)
      const faces = []
      for (let anchor = 0; anchor < count; anchor++) {
        const score = scores[anchor]
        if (!(score >= least)) continue
        const cell = Math.floor(anchor / anchors)
        const x = (cell % columns) * stride
        const y = Math.floor(cell / columns) * stride
        const [left, upper, right, lower] = boxes.subarray(4 * anchor, 4 * anchor + 4)
        faces.push({
          score,
          x: x - left * stride,
          y: y - upper * stride,
          width: (left + right) * stride,
          height: (upper + lower) * stride,
          points: Array.from(points.subarray(10 * anchor, 10 * anchor + 10), (value, i) => {
            return (i % 2 === 0 ? x : y) + value * stride
          }),
        })
      }
      return faces
    })
  },
}
