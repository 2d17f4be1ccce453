import { z } from 'zod'
import { adamKeys, adamStep } from './adam-step.js'
import { declareOptimiser } from './optimiser.js'

/** Kingma and Ba, arXiv 1412.6980, as `torch.optim.Adam`: weight decay is part of the gradient. */
export const adam = declareOptimiser({
  id: 'adam',
  title: 'Adam',
  options: z.strictObject({
    kind: z.literal('adam'),
    ...adamKeys,
    weightDecay: z.number().min(0).default(0),
  }),
  kept: 2,
  step: (stretch, settings, options) => adamStep(stretch, settings, options, true),
})
