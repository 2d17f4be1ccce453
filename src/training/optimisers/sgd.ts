import { z } from 'zod'
import { declareOptimiser } from './optimiser.js'

/** Stochastic gradient descent with momentum, as `torch.optim.SGD` (dampening 0). */
export const sgd = declareOptimiser({
  id: 'sgd',
  title: 'gradient descent with momentum',
  options: z.strictObject({
    kind: z.literal('sgd'),
    rate: z.number().positive().default(0.1),
    momentum: z.number().min(0).lt(1).default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(5e-4),
  }),
  kept: 1,
  step({ values, gradient, state, at, from, count }, settings, { momentum, nesterov }) {
    const { rate, gradientScale, weightDecay } = settings
    const [velocity] = state
    for (let i = 0; i < count; i++) {
      const value = values[at + i]
      const slope = gradient[from + i] * gradientScale + weightDecay * value
      const speed = momentum * velocity[at + i] + slope
      velocity[at + i] = speed
      values[at + i] = value - rate * (nesterov ? slope + momentum * speed : speed)
    }
  },
})
