import type { FeatureCache } from '../features/cache.js'
import type { RecordedSession } from '../models/session.js'
import type { Progress } from '../progress.js'
import type { Results } from '../results/schema.js'
import type { Faces } from './faces.js'
import type { Sources } from './sources.js'

/** What a spec is executed with. */
export interface RunOptions {
  readonly sources: Sources
  readonly session: RecordedSession
  readonly cacheFolder: string
  readonly cache: FeatureCache
  readonly progress: Progress
  readonly command: readonly string[]
  /** whose faces the results may hold; rendered ones where left out */
  readonly faces?: Faces
  /** overrides the spec's */
  readonly pairsPerFold?: number | 'all'
  readonly log: (message: string) => void
  /** called with what is there after each measurement, so that an interrupted run loses nothing */
  readonly onPartial?: (results: Results) => Promise<void>
  /** told of every stage of a grid that was made, in a sentence */
  readonly onMade?: (line: string) => void
  /** cells by their number that others could not make, and why: they are not tried again */
  readonly failedCells?: ReadonlyMap<number, string>
}
