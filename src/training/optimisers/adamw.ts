import { z } from 'zod'
import { adamKeys, adamStep } from './adam-step.js'
import { declareOptimiser } from './optimiser.js'

/** Loshchilov and Hutter, arXiv 1711.05101, as `torch.optim.AdamW`: weights decay apart from the gradient. */
export const adamw = declareOptimiser({
  id: 'adamw',
  title: 'AdamW: Adam with weight decay apart from the gradient',
  options: z.strictObject({
    kind: z.literal('adamw'),
    ...adamKeys,
    weightDecay: z.number().min(0).default(0.01),
  }),
  kept: 2,
  step: (stretch, settings, options) => adamStep(stretch, settings, options, false),
})
