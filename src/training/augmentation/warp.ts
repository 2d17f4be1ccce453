import { z } from 'zod'
import { between, declareAugmentation } from './augmentation.js'

/** A small turn, change of size and shift about the middle, bilinear; what comes from outside repeats the edge. */
export const warp = declareAugmentation({
  id: 'warp',
  title: 'turned, enlarged and shifted a little',
  options: z.strictObject({
    share: z.number().min(0).max(1).default(0.5),
    /** degrees, both ways */
    turn: z.number().min(0).max(180).default(10),
    /** of the size, both ways */
    size: z.number().min(0).max(0.9).default(0.1),
    /** of the side, both ways and in both directions */
    shift: z.number().min(0).max(1).default(0.05),
  }),
  apply({ data, width, height }, random, { turn, size, shift }) {
    const angle = (between(random, -turn, turn) * Math.PI) / 180
    const factor = 1 / (1 + between(random, -size, size))
    const [cos, sin] = [factor * Math.cos(angle), factor * Math.sin(angle)]
    const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2]
    const [moveX, moveY] = [between(random, -shift, shift) * width, between(random, -shift, shift) * height]
    const source = data.slice()
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dx, dy] = [x - middleX, y - middleY]
        const fromX = Math.min(width - 1, Math.max(0, middleX + moveX + cos * dx - sin * dy))
        const fromY = Math.min(height - 1, Math.max(0, middleY + moveY + sin * dx + cos * dy))
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
        const [u, v] = [fromX - left, fromY - top]
        const here = 3 * (top * width + left)
        const right = left + 1 < width ? 3 : 0
        const below = top + 1 < height ? 3 * width : 0
        for (let channel = 0; channel < 3; channel++, to++) {
          const at = here + channel
          const upper = source[at] + u * (source[at + right] - source[at])
          const lower = source[at + below] + u * (source[at + below + right] - source[at + below])
          data[to] = upper + v * (lower - upper)
        }
      }
    }
  },
})
