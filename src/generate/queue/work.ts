import type { PoolOptions } from '../../jobs/redis.js'
import { workOnJobs } from '../../jobs/work.js'
import { readManifest } from '../manifest.js'
import { openPartPool } from '../part-pool.js'
import type { RunFolder } from '../run-folder.js'
import { partJobs } from './part-jobs.js'

export interface WorkOptions extends PoolOptions {
  /** parts made at the same time, each on one core */
  readonly threads: number
  /** GPUs that they are made on */
  readonly devices?: readonly number[]
  /** ends the work after the parts at hand */
  readonly signal?: AbortSignal
}

/**
 * Takes jobs of a run's queue until all parts are in the folder. While Redis is gone the parts at hand are
 * finished, then it waits. @returns how many parts this worker made
 */
export async function workOnParts(run: RunFolder, options: WorkOptions): Promise<number> {
  const pool = await openPartPool(run, options)
  try {
    return await workOnJobs(partJobs(run), {
      ...options,
      concurrency: pool.size,
      make: (part, onProgress) => pool.make(part, onProgress),
      // Parts are gone once the dataset is whole.
      isOver: async () => (await readManifest(run.path))?.planId === run.id,
    })
  } finally {
    await pool.close()
  }
}
