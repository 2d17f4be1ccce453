import { z } from 'zod'
import { meanOf, minus } from './directions.js'
import { type GeneratorLoss, weight } from './loss.js'

const options = z.strictObject({
  ...weight(1),
  /** of the mean squared difference, which is the paper's */
  squared: z.number().nonnegative().default(1),
  /** of the mean absolute difference */
  absolute: z.number().nonnegative().default(0),
})

/** How far the generated pixels are from the real ones. */
export const reconstruction: GeneratorLoss<z.output<typeof options>> = {
  title: 'image reconstruction',
  options,
  build({ g, pairedImage, real }, { squared, absolute }) {
    const difference = minus(g, pairedImage, real)
    const terms = [
      ...(squared > 0 ? [g.mul(meanOf(g, g.mul(difference, difference)), g.floats(squared))] : []),
      ...(absolute > 0 ? [g.mul(meanOf(g, g.node('Abs', [difference])), g.floats(absolute))] : []),
    ]
    return terms.reduce((a, b) => g.add(a, b))
  },
}
