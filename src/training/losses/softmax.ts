import { z } from 'zod'
import { declareLoss } from './loss.js'

/** No margin: NormFace, Wang et al., arXiv 1704.06369. */
export const softmax = declareLoss({
  id: 'softmax',
  title: 'softmax of scaled cosines, without a margin',
  options: z.strictObject({ kind: z.literal('softmax'), scale: z.number().positive().default(64) }),
  margin: ({ own }) => own,
})
