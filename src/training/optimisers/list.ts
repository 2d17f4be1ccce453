import { z } from 'zod'
import { adam } from './adam.js'
import { adamw } from './adamw.js'
import type { OptimiserDeclaration } from './optimiser.js'
import { sgd } from './sgd.js'

/** The optimisers. A new one is a line in each of these. */
export const OPTIMISERS = [sgd, adam, adamw] as const
export const optimiserSchema = z.discriminatedUnion('kind', [sgd.options, adam.options, adamw.options])

export type OptimiserSpec = z.infer<typeof optimiserSchema>

/** The optimiser that a spec names. */
export function optimiserOf({ kind }: OptimiserSpec): OptimiserDeclaration {
  return OPTIMISERS.find(({ id }) => id === kind) as OptimiserDeclaration
}
