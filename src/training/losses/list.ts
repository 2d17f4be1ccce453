import type { z } from 'zod'
import { kindOf, schemaOfKinds } from '../kinds.js'
import { arcface } from './arcface.js'
import { combined } from './combined.js'
import { cosface } from './cosface.js'
import type { LossDeclaration } from './loss.js'
import { softmax } from './softmax.js'

/** The losses of recognisers: one line each. */
export const LOSSES = [arcface, cosface, combined, softmax] as const
export const lossSchema = schemaOfKinds(LOSSES)

export type LossSpec = z.infer<typeof lossSchema>

/** The loss that a spec names. */
export const lossOf = (spec: LossSpec): LossDeclaration => kindOf(LOSSES, spec)
