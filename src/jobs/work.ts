import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from 'bullmq'
import { InputError, reasonOf } from '../errors.js'
import type { Jobs } from './jobs.js'
import {
  bullmq,
  connectionOf,
  type JobData,
  numberOf,
  openQueue,
  type PoolOptions,
  STALLED_AFTER,
  setAside,
} from './redis.js'

/** Milliseconds between looks whether all is done. */
const LOOK_EVERY = 1_000
/** Milliseconds that Redis has to take note of the end. */
const FAREWELL = 2_000
/** A job may change hands this often before it counts as failed. */
const MOST_STALLED = 100

export interface WorkOptions extends PoolOptions {
  /** jobs at the same time */
  readonly concurrency: number
  /** ends the work after the jobs at hand */
  readonly signal?: AbortSignal | undefined
  /** whether there is nothing left to do, where the folder's list of what is done doesn't tell it */
  readonly isOver?: () => Promise<boolean>
  /** Does a job that is not done. @param onProgress how far it is */
  make(number: number, onProgress: (units: number) => void): Promise<void>
}

/**
 * Takes jobs of a queue until all are done. While Redis is gone those at hand are finished, then it waits.
 * @returns how many jobs this worker did
 */
export async function workOnJobs(jobs: Jobs, options: WorkOptions): Promise<number> {
  let made = 0
  const stalledAfter = (options.stalledAfter ?? STALLED_AFTER) * 1000
  const queue = openQueue(jobs, options, () => {})
  const atHand = new Set<Promise<boolean>>()
  const { UnrecoverableError, Worker } = bullmq()
  const worker = new Worker<JobData>(
    jobs.queue,
    async (job) => {
      const number = numberOf(jobs, job.id, job.data)
      // It fails once and for all; the others go on.
      if (number === undefined) throw new UnrecoverableError(setAside(jobs, job.id))
      const work = doJob(jobs, number, job, options)
      atHand.add(work)
      try {
        if (await work) made++
      } finally {
        atHand.delete(work)
      }
    },
    {
      connection: connectionOf(options),
      concurrency: options.concurrency,
      lockDuration: stalledAfter,
      stalledInterval: stalledAfter,
      maxStalledCount: MOST_STALLED,
    },
  )
  worker.on('error', () => {})
  worker.on('failed', (job, error) => {
    const number = numberOf(jobs, job?.id, job?.data)
    options.log(number === undefined ? reasonOf(error) : `${jobs.noun} ${number}: ${reasonOf(error)}`)
  })
  while (options.signal?.aborted !== true && !(await isDone(jobs, options)))
    await sleep(LOOK_EVERY, undefined, { signal: options.signal }).catch(() => {})
  // No new job is taken from here on; without Redis the farewell itself would wait for it.
  const closed = Promise.allSettled([worker.close(), queue.close()])
  while (atHand.size > 0) await Promise.allSettled(atHand)
  await Promise.race([closed, sleep(FAREWELL)])
  return made
}

/** @returns false where another worker had done it already */
async function doJob(jobs: Jobs, number: number, job: Job<JobData>, { make }: WorkOptions): Promise<boolean> {
  if ((await jobs.done()).includes(number)) return false
  try {
    // Progress is for those who watch: a Redis that is gone must not hold up the work.
    await make(number, (units) => void job.updateProgress(units).catch(() => {}))
    return true
  } catch (error) {
    // A full disk may have room later or elsewhere; bad input stays bad.
    if (error instanceof InputError && error.cause === undefined)
      throw new (bullmq().UnrecoverableError)(error.message)
    throw error
  }
}

async function isDone(jobs: Jobs, { isOver }: WorkOptions): Promise<boolean> {
  return (await jobs.done()).length === jobs.count || (await isOver?.()) === true
}
