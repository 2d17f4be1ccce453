import { z } from 'zod'
import { between, declareAugmentation, type FloatImage } from './augmentation.js'

/** A Gaussian of random width, cut off at three deviations; the edge is repeated. */
export const blur = declareAugmentation({
  id: 'blur',
  title: 'blurred',
  options: z.strictObject({
    share: z.number().min(0).max(1).default(0.2),
    /** deviation in pixels, from and to */
    sigma: z.tuple([z.number().positive().max(20), z.number().positive().max(20)]).default([0.3, 1.5]),
  }),
  apply(image, random, { sigma }) {
    const kernel = gaussian(between(random, sigma[0], sigma[1]))
    const { width, height } = image
    smooth(image, kernel, { step: 3, length: width, lines: height, line: 3 * width })
    smooth(image, kernel, { step: 3 * width, length: height, lines: width, line: 3 })
  },
})

/** Half of a kernel, the middle first; the whole sums to 1. */
function gaussian(sigma: number): Float64Array {
  const half = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  )
  const sum = 2 * half.reduce((a, b) => a + b) - half[0]
  return half.map((value) => value / sum)
}

function smooth(
  { data }: FloatImage,
  kernel: Float64Array,
  { step, length, lines, line }: { step: number; length: number; lines: number; line: number },
): void {
  const held = new Float32Array(length)
  for (let at = 0; at < lines; at++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = at * line + channel
      for (let i = 0; i < length; i++) held[i] = data[start + i * step]
      for (let i = 0; i < length; i++) {
        let sum = kernel[0] * held[i]
        for (let reach = 1; reach < kernel.length; reach++)
          sum += kernel[reach] * (held[Math.max(0, i - reach)] + held[Math.min(length - 1, i + reach)])
        data[start + i * step] = sum
      }
    }
  }
}
