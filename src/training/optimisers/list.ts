import type { z } from 'zod'
import { kindOf, schemaOfKinds } from '../kinds.js'
import { adam } from './adam.js'
import { adamw } from './adamw.js'
import type { OptimiserDeclaration } from './optimiser.js'
import { sgd } from './sgd.js'

/** The optimisers: one line each. */
export const OPTIMISERS = [sgd, adam, adamw] as const
export const optimiserSchema = schemaOfKinds(OPTIMISERS)

export type OptimiserSpec = z.infer<typeof optimiserSchema>

/** The optimiser that a spec names. */
export const optimiserOf = (spec: OptimiserSpec): OptimiserDeclaration => kindOf(OPTIMISERS, spec)
