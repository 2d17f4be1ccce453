import { z } from 'zod'
import { byStride, type Decoding, gridOf, lastSizes, numbersOf, outputNames, strides } from './decoding.js'

const schema = z.strictObject({
  form: z.literal('yunet'),
  /** probability of a face, an output a stride */
  classes: outputNames,
  /** how well its box fits */
  objects: outputNames,
  boxes: outputNames,
  points: outputNames,
  strides: strides.default([8, 16, 32]),
})

/** YuNet (Wu et al., 2023), decoded as OpenCV's `FaceDetectorYN`. */
export const yunet: Decoding<z.infer<typeof schema>> = {
  id: 'yunet',
  looks: 'YuNet: two scores, box and landmarks (1, 1, 4, 10 numbers a cell) at three strides',
  schema,
  habits: {
    channels: 'BGR',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    enlarge: false,
    score: 0.6,
    overlap: 0.3,
  },
  lastPixel: 0,
  draft(outputs) {
    const scores = byStride(outputs, 1, 6)
    const boxes = byStride(outputs, 4, 3)
    const points = byStride(outputs, 10, 3)
    if (!scores || !boxes || !points || lastSizes(outputs).length !== 12) return undefined
    // The score is their product, so it does not matter which half of a pair is which.
    const named = scores.filter((name) => /cls/i.test(name))
    const classes = named.length === 3 ? named : scores.filter((_, i) => i % 2 === 0)
    const objects = scores.filter((name) => !classes.includes(name))
    return {
      decoding: { form: 'yunet', classes, objects, boxes, points },
      why: "twelve outputs of 1, 1, 4 and 10 numbers a cell at three strides are YuNet's",
    }
  },
  outputs: ({ classes, objects, boxes, points }) => [...classes, ...objects, ...boxes, ...points],
  decode(settings, outputs, size, least, where) {
    return settings.strides.flatMap((stride, level) => {
      const { columns, rows } = gridOf(size, stride)
      const cells = columns * rows
      const read = (names: readonly string[], width: number) =>
        numbersOf(outputs, names[level], cells * width, where)
      const classes = read(settings.classes, 1)
      const objects = read(settings.objects, 1)
      const boxes = read(settings.boxes, 4)
      const points = read(settings.points, 10)
      const faces = []
      for (let cell = 0; cell < cells; cell++) {
        const score = Math.sqrt(unit(classes[cell]) * unit(objects[cell]))
        if (!(score >= least)) continue
        const column = cell % columns
        const row = Math.floor(cell / columns)
        const width = Math.exp(boxes[4 * cell + 2]) * stride
        const height = Math.exp(boxes[4 * cell + 3]) * stride
        faces.push({
          score,
          x: (column + boxes[4 * cell]) * stride - width / 2,
          y: (row + boxes[4 * cell + 1]) * stride - height / 2,
          width,
          height,
          points: Array.from(points.subarray(10 * cell, 10 * cell + 10), (value, i) => {
            return ((i % 2 === 0 ? column : row) + value) * stride
          }),
        })
      }
      return faces
    })
  },
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value))
}
