import { z } from 'zod'
import { angularMargin } from './angular-margin.js'
import { declareLoss } from './loss.js'

/** cos(m1 * angle + m2) - m3: Deng et al., arXiv 1801.07698, Equation 4. m1 alone is SphereFace. */
export const combined = declareLoss({
  id: 'combined',
  title: 'combined margins: cos(m1 * angle + m2) - m3',
  options: z.strictObject({
    kind: z.literal('combined'),
    /** m1, m2, m3 */
    margins: z
      .tuple([z.number().min(1).max(4), z.number().min(0).max(1.5), z.number().min(0).max(2)])
      .default([1, 0.3, 0.2]),
    scale: z.number().positive().default(64),
  }),
  margin: ({ g, own, options: { margins } }) => {
    const [times, plus, minus] = margins
    const larger = times === 1 && plus === 0 ? own : angularMargin(g, own, times, plus)
    return g.node('Sub', [larger, g.floats(minus)])
  },
})
