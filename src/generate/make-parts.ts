import type { Progress } from '../progress.js'
import { partRange } from './generation-plan.js'
import { openPartPool } from './part-pool.js'
import type { RunFolder } from './run-folder.js'

export interface MakePartsOptions {
  /** parts made at the same time, each by a network on one core */
  readonly threads: number
  /** GPUs that they are made on */
  readonly devices?: readonly number[]
  readonly progress: Progress
  /** told of each part that is there, made before or now */
  readonly onPart?: (part: number) => void
  /** ends the work after the parts at hand */
  readonly signal?: AbortSignal
}

/**
 * Makes those of the parts that are not done yet. Killed at any moment it can be called again and makes the rest.
 * @param parts the parts wanted: all of a run, or a shard's
 * @throws InputError; what was done by then stays done
 */
export async function makeParts(
  run: RunFolder,
  parts: readonly number[],
  { threads, devices, progress, onPart, signal }: MakePartsOptions,
): Promise<void> {
  await run.removeAbandoned()
  const done = new Set(await run.doneParts())
  const missing = parts.filter((part) => !done.has(part))
  for (const part of parts) if (done.has(part)) onPart?.(part)
  const imagesOf = (part: number) => partRange(run.plan, part).count * run.plan.imagesPerIdentity
  const total = parts.reduce((sum, part) => sum + imagesOf(part), 0)
  progress.start('generating', total, 'images')
  let made = total - missing.reduce((sum, part) => sum + imagesOf(part), 0)
  progress.update(made)
  if (missing.length > 0) {
    const pool = await openPartPool(run, { threads, ...(devices && { devices }) }, missing.length)
    const queue = missing.values()
    let failed = false
    const lane = async () => {
      for (const part of queue) {
        if (failed || signal?.aborted === true) return
        let ofPart = 0
        try {
          await pool.make(part, (images) => {
            made += images - ofPart
            ofPart = images
            progress.update(made)
          })
          onPart?.(part)
        } catch (error) {
          failed = true
          throw error
        }
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: pool.size }, lane))
    await pool.close()
    const failure = ends.find((end) => end.status === 'rejected')
    if (failure !== undefined) throw failure.reason
  }
  progress.stop()
}
