import { z } from 'zod'
import { between, declareAugmentation } from './augmentation.js'

/** What torchvision erases to is 0 behind the usual normalisation: the middle of the range. */
const MIDDLE = 127.5
const TRIES = 10

/** Zhong et al., arXiv 1708.04896, as torchvision's RandomErasing: a rectangle of random area and shape becomes grey. */
export const erasing = declareAugmentation({
  id: 'erasing',
  title: 'a random rectangle erased',
  options: z.strictObject({
    share: z.number().min(0).max(1).default(0.5),
    /** of the image, from and to */
    area: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).default([0.02, 0.33]),
    /** width over height, from and to */
    shape: z.tuple([z.number().positive(), z.number().positive()]).default([0.3, 3.3]),
  }),
  apply({ data, width, height }, random, { area, shape }) {
    for (let i = 0; i < TRIES; i++) {
      const wanted = between(random, area[0], area[1]) * width * height
      const ratio = Math.exp(between(random, Math.log(shape[0]), Math.log(shape[1])))
      const wide = Math.round(Math.sqrt(wanted * ratio))
      const high = Math.round(Math.sqrt(wanted / ratio))
      if (wide >= width || high >= height) continue
      const [left, top] = [random.nextInt(width - wide + 1), random.nextInt(height - high + 1)]
      for (let y = top; y < top + high; y++)
        data.fill(MIDDLE, 3 * (y * width + left), 3 * (y * width + left + wide))
      return
    }
  },
})
