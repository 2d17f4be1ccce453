import { z } from 'zod'
import { between, declareAugmentation } from './augmentation.js'

/** Rec. 601 luma, as Pillow's grey. */
const GREY = [0.299, 0.587, 0.114]
const strength = z.number().min(0).max(1)

/** Brightness, contrast and saturation, each by a factor about 1, one after another, as torchvision's ColorJitter. */
export const colour = declareAugmentation({
  id: 'colour',
  title: 'brightness, contrast and saturation',
  options: z.strictObject({
    share: z.number().min(0).max(1).default(0.5),
    /** factors are drawn from 1 - strength .. 1 + strength */
    brightness: strength.default(0.2),
    contrast: strength.default(0.2),
    saturation: strength.default(0.2),
  }),
  apply({ data }, random, { brightness, contrast, saturation }) {
    const [bright, steep, vivid] = [brightness, contrast, saturation].map((by) =>
      between(random, 1 - by, 1 + by),
    )
    let sum = 0
    for (let i = 0; i < data.length; i += 3) sum += grey(data, i)
    const mean = (bright * sum) / (data.length / 3)
    for (let i = 0; i < data.length; i += 3) {
      for (let channel = 0; channel < 3; channel++)
        data[i + channel] = bounded(mean + steep * (bright * data[i + channel] - mean))
      const own = grey(data, i)
      for (let channel = 0; channel < 3; channel++)
        data[i + channel] = bounded(own + vivid * (data[i + channel] - own))
    }
  },
})

const grey = (data: Float32Array, i: number): number =>
  GREY[0] * data[i] + GREY[1] * data[i + 1] + GREY[2] * data[i + 2]

const bounded = (value: number): number => Math.min(255, Math.max(0, value))
