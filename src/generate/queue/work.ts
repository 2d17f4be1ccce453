import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, UnrecoverableError, Worker } from 'bullmq'
import { InputError, reasonOf } from '../../errors.js'
import { printable } from '../../printable.js'
import { partCount } from '../generation-plan.js'
import { readManifest } from '../manifest.js'
import { openPartPool, type PartPool } from '../part-pool.js'
import type { RunFolder } from '../run-folder.js'
import {
  connectionOf,
  NOT_OURS,
  openQueue,
  type PartJob,
  type PoolOptions,
  partOf,
  queueName,
  STALLED_AFTER,
} from './redis.js'

/** Milliseconds between looks whether the run is done. */
const LOOK_EVERY = 1_000
/** Milliseconds that Redis has to take note of the end. */
const FAREWELL = 2_000
/** A job may change hands this often before it counts as failed. */
const MOST_STALLED = 100

export interface WorkOptions extends PoolOptions {
  /** parts made at the same time, each on one core */
  readonly threads: number
  /** ends the work after the parts at hand */
  readonly signal?: AbortSignal
}

/**
 * Takes jobs of a run's queue until all parts are in the folder. While Redis is gone the parts at hand are
 * finished, then it waits. @returns how many parts this worker made
 */
export async function workOnParts(run: RunFolder, options: WorkOptions): Promise<number> {
  const pool = await openPartPool(run, options.threads)
  let made = 0
  const stalledAfter = (options.stalledAfter ?? STALLED_AFTER) * 1000
  const queue = openQueue(run, options, () => {})
  const atHand = new Set<Promise<boolean>>()
  const worker = new Worker<PartJob>(
    queueName(run),
    async (job) => {
      const number = partOf(run, job.id, job.data)
      // It fails once and for all, and stays among the failed jobs with this reason; the others go on.
      if (number === undefined) throw new UnrecoverableError(NOT_OURS)
      const part = makePart(run, pool, number, job)
      atHand.add(part)
      try {
        if (await part) made++
      } finally {
        atHand.delete(part)
      }
    },
    {
      connection: connectionOf(options),
      concurrency: pool.size,
      lockDuration: stalledAfter,
      stalledInterval: stalledAfter,
      maxStalledCount: MOST_STALLED,
    },
  )
  worker.on('error', () => {})
  worker.on('failed', (job, error) =>
    options.log(`${printable(String(job?.id), 80)} of the queue: ${reasonOf(error)}`),
  )
  while (options.signal?.aborted !== true && !(await isDone(run)))
    await sleep(LOOK_EVERY, undefined, { signal: options.signal }).catch(() => {})
  // No new job is taken from here on; without Redis the farewell itself would wait for it.
  const closed = Promise.allSettled([worker.close(), queue.close()])
  while (atHand.size > 0) await Promise.allSettled(atHand)
  await Promise.race([closed, sleep(FAREWELL)])
  await pool.close()
  return made
}

/** @returns false where another worker had made it already */
async function makePart(run: RunFolder, pool: PartPool, part: number, job: Job<PartJob>): Promise<boolean> {
  if ((await run.listParts()).includes(part)) return false
  try {
    // Progress is for those who watch: a Redis that is gone must not hold up the work.
    await pool.make(part, (images) => void job.updateProgress(images).catch(() => {}))
    return true
  } catch (error) {
    // A full disk may have room later or elsewhere; bad input stays bad.
    if (error instanceof InputError && error.cause === undefined) throw new UnrecoverableError(error.message)
    throw error
  }
}

async function isDone(run: RunFolder): Promise<boolean> {
  if ((await run.listParts()).length === partCount(run.plan)) return true
  const manifest = await readManifest(run.path)
  return manifest?.planId === run.id
}
