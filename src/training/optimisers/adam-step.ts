import { z } from 'zod'
import type { StepSettings, Stretch } from './optimiser.js'

/** The keys that Adam and AdamW share, with PyTorch's defaults. */
export const adamKeys = {
  rate: z.number().positive().default(1e-3),
  betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.9, 0.999]),
  epsilon: z.number().positive().default(1e-8),
}

/** One step of Adam. @param coupled whether weight decay is part of the gradient (Adam), or apart from it (AdamW) */
export function adamStep(
  { values, gradient, state, at, from, count }: Stretch,
  { step, rate, gradientScale, weightDecay }: StepSettings,
  { betas: [beta1, beta2], epsilon }: { betas: readonly [number, number]; epsilon: number },
  coupled: boolean,
): void {
  const [first, second] = state
  const size = rate / (1 - beta1 ** step)
  const correction = Math.sqrt(1 - beta2 ** step)
  const kept = coupled ? 1 : 1 - rate * weightDecay
  const added = coupled ? weightDecay : 0
  for (let i = 0; i < count; i++) {
    const value = values[at + i]
    const slope = gradient[from + i] * gradientScale + added * value
    const mean = beta1 * first[at + i] + (1 - beta1) * slope
    const square = beta2 * second[at + i] + (1 - beta2) * slope * slope
    first[at + i] = mean
    second[at + i] = square
    values[at + i] = value * kept - (size * mean) / (Math.sqrt(square) / correction + epsilon)
  }
}
