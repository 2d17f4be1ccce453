import { crossEmbedding } from './cross-embedding.js'
import type { Discriminator } from './discriminator.js'
import { spectral } from './spectral.js'

/** The discriminators, by the names that specs use. */
export const DISCRIMINATORS = {
  'cross-embedding': crossEmbedding,
  spectral,
} as const satisfies Readonly<Record<string, Discriminator>>

export type DiscriminatorName = keyof typeof DISCRIMINATORS
