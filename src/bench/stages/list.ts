import type { BenchStage } from '../stage.js'
import { featuresFromFolder } from './features-from-folder.js'
import { featuresFromRecordIo } from './features-from-recordio.js'
import { fidFeatures } from './fid-features.js'
import { generation } from './generation.js'
import { separability } from './separability.js'

/** The stages that are timed: one line each. */
export const BENCH_STAGES: readonly BenchStage[] = [
  generation,
  featuresFromFolder,
  featuresFromRecordIo,
  fidFeatures,
  separability,
]
