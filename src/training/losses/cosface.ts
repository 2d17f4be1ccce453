import { z } from 'zod'
import { declareLoss } from './loss.js'

/** cos(angle) - margin: Wang et al., arXiv 1801.09414, Equation 4. */
export const cosface = declareLoss({
  id: 'cosface',
  title: 'CosFace: a margin is subtracted from the cosine with the own class',
  options: z.strictObject({
    kind: z.literal('cosface'),
    margin: z.number().min(0).max(2).default(0.4),
    scale: z.number().positive().default(64),
  }),
  margin: ({ g, own, options }) => g.node('Sub', [own, g.floats(options.margin)]),
})
