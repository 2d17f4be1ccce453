import { z } from 'zod'
import { arcface } from './arcface.js'
import { combined } from './combined.js'
import { cosface } from './cosface.js'
import type { LossDeclaration } from './loss.js'
import { softmax } from './softmax.js'

/** The losses of recognisers. A new one is a line in each of these. */
export const LOSSES = [arcface, cosface, combined, softmax] as const
export const lossSchema = z.discriminatedUnion('kind', [
  arcface.options,
  cosface.options,
  combined.options,
  softmax.options,
])

export type LossSpec = z.infer<typeof lossSchema>

/** The loss that a spec names. */
export function lossOf({ kind }: LossSpec): LossDeclaration {
  return LOSSES.find(({ id }) => id === kind) as LossDeclaration
}
