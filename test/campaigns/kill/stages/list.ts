import type { KilledStage } from '../stage.js'
import { align } from './align.js'
import { attropDataset, attropVectors } from './attrop.js'
import { features } from './features.js'
import { fullDisk } from './full-disk.js'
import { generateDataset, generateShards } from './generation.js'
import { pool } from './pool.js'
import { pull } from './pull.js'
import { runWithCache } from './run-with-cache.js'
import { generatorTraining, training } from './training.js'
import { jumpingClock, twoAtOnce } from './two-at-once.js'
import { vectors } from './vectors.js'

/** Everything that goes on where it was killed. A new stage is a file beside this one, and a line here. */
export const KILLED_STAGES: readonly KilledStage[] = [
  generateDataset,
  generateShards,
  pool,
  attropDataset,
  attropVectors,
  vectors,
  features,
  runWithCache,
  pull,
  align,
  training,
  generatorTraining,
  ...twoAtOnce,
  ...fullDisk,
  ...jumpingClock,
]
