import type { KilledStage } from '../stage.js'
import { features } from './features.js'
import { generateDataset, generateShards } from './generation.js'
import { pull } from './pull.js'
import { runWithCache } from './run-with-cache.js'
import { training } from './training.js'
import { vectors } from './vectors.js'

/** Everything that goes on where it was killed. A new stage is a file beside this one, and a line here. */
export const KILLED_STAGES: readonly KilledStage[] = [
  generateDataset,
  generateShards,
  vectors,
  features,
  runWithCache,
  pull,
  training,
]
