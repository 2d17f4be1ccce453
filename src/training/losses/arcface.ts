import { z } from 'zod'
import { angularMargin } from './angular-margin.js'
import { declareLoss } from './loss.js'

/** cos(angle + margin): Deng et al., arXiv 1801.07698, Equation 3. */
export const arcface = declareLoss({
  id: 'arcface',
  title: 'ArcFace: a margin is added to the angle with the own class',
  options: z.strictObject({
    kind: z.literal('arcface'),
    /** radians */
    margin: z.number().min(0).max(1.5).default(0.5),
    scale: z.number().positive().default(64),
  }),
  margin: ({ g, own, options }) => angularMargin(g, own, 1, options.margin),
})
