import { z } from 'zod'
import { meanOf, minus, unitAlong } from './directions.js'
import { type GeneratorLoss, weight } from './loss.js'

const options = z.strictObject(weight(0.2))

/** LPIPS bounds lengths by this from below. */
const SHORTEST = 1e-6

/**
 * As LPIPS (arXiv 1801.03924) without its learned weights: the squared distance between unit channel vectors, the mean over
 * places, summed over the maps of a network.
 */
export const perceptual: GeneratorLoss<z.output<typeof options>> = {
  title: 'perceptual',
  options,
  build({ g, maps }) {
    const distances = maps().map(({ generated, real }) => {
      const difference = minus(g, unitAlong(g, generated, 1, SHORTEST), unitAlong(g, real, 1, SHORTEST))
      return meanOf(g, g.node('ReduceSum', [g.mul(difference, difference), g.ints([1])], { keepdims: 0 }))
    })
    return distances.reduce((a, b) => g.add(a, b))
  },
}
