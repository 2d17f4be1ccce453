import { produceJobs } from '../../jobs/produce.js'
import type { PoolOptions } from '../../jobs/redis.js'
import type { Progress } from '../../progress.js'
import { imageCount, partRange } from '../generation-plan.js'
import type { RunFolder } from '../run-folder.js'
import { partJobs } from './part-jobs.js'

/**
 * Puts a job for every missing part into the run's queue and waits until workers have made them all.
 * @throws InputError where a part is of another run, or failed for good, with the worker's message
 */
export async function produceParts(
  run: RunFolder,
  { progress, ...pool }: PoolOptions & { readonly progress: Progress },
): Promise<void> {
  // Looks into the parts, where the queue's looks go by their names.
  await run.doneParts()
  progress.start('generating', imageCount(run.plan), 'images')
  try {
    await produceJobs(partJobs(run), {
      ...pool,
      onLook: (done, live) => progress.update(imagesOf(run, done, live)),
    })
  } finally {
    progress.stop()
  }
}

/** Images of the parts that are done, and those done of the parts that are being made. */
function imagesOf({ plan }: RunFolder, done: ReadonlySet<number>, live: ReadonlyMap<number, number>): number {
  const imagesOfPart = (part: number) => partRange(plan, part).count * plan.imagesPerIdentity
  let images = 0
  for (const part of done) images += imagesOfPart(part)
  for (const [part, made] of live) if (!done.has(part)) images += Math.min(made, imagesOfPart(part))
  return images
}
