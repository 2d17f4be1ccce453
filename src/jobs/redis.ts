import type * as Bullmq from 'bullmq'
import { z } from 'zod'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { printable } from '../printable.js'
import type { Jobs } from './jobs.js'

/** How the processes of a pool find each other. */
export interface PoolOptions {
  /** `redis://[user:password@]host:port[/db]` */
  readonly redis: string
  /** seconds after which the job of a worker that is not heard of goes to another; 30 by default */
  readonly stalledAfter?: number
  /** told, in a sentence, when Redis goes and comes back, and of jobs that failed or changed hands */
  readonly log: (line: string) => void
}

/** What queues are made with. */
export const bullmq = onDemand<typeof Bullmq>('bullmq')

const jobData = z.strictObject({ number: z.int() })
/** What a job of the queue says; all else is in the shared folder. */
export type JobData = z.infer<typeof jobData>

export const STALLED_AFTER = 30
const MOST_BETWEEN_TRIES = 2_000

/** A job by its number; the queue holds one of the same name at most. */
export function jobId({ noun }: Jobs, number: number): string {
  return `${noun}-${number}`
}

/**
 * The number of a job. Whoever reaches Redis can put anything there: a job is taken for what it says only where its name and
 * its data agree on one of the work.
 * @returns undefined for a job that no producer of this work made
 */
export function numberOf(jobs: Jobs, id: unknown, data?: unknown): number | undefined {
  if (typeof id !== 'string') return undefined
  const number = Number(/-(\d{1,15})$/.exec(id)?.[1] ?? Number.NaN)
  if (!(number < jobs.count) || jobId(jobs, number) !== id) return undefined
  return data === undefined || jobData.safeParse(data).data?.number === number ? number : undefined
}

/** Says that a job is none of this work's, and is left among the failed ones. */
export function setAside({ noun }: Jobs, id: unknown): string {
  return `${printable(String(id), 80)} in the queue is no ${noun} of this run: it is set aside`
}

/** Waits for Redis as long as it takes. @throws InputError where the address is none */
export function connectionOf({ redis }: PoolOptions): Bullmq.RedisOptions {
  if (!URL.canParse(redis) || !/^rediss?:$/.test(new URL(redis).protocol)) {
    throw new InputError(`'${redis}' is no address of Redis`, '--redis', 'write redis://host:6379')
  }
  return {
    url: redis,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, MOST_BETWEEN_TRIES),
  }
}

/** An address without its password. */
function shown(redis: string): string {
  return new URL(redis).host
}

/** Opens the queue of some work; while Redis can't be reached it says so, once, and waits. */
export function openQueue(jobs: Jobs, options: PoolOptions, onBack: () => void): Bullmq.Queue<JobData> {
  const { Queue } = bullmq()
  const queue = new Queue<JobData>(jobs.queue, { connection: connectionOf(options) })
  let lost = false
  const onLost = () => {
    if (!lost) options.log(`Redis at ${shown(options.redis)} can't be reached; waiting for it`)
    lost = true
  }
  queue.on('error', onLost)
  queue.on('ioredis:close', onLost)
  const connected = queue.getBackend().client.then((client) => {
    const back = () => {
      if (!lost) return
      lost = false
      options.log(`Redis at ${shown(options.redis)} is back`)
      onBack()
    }
    client.on('ready', back)
    back()
  })
  // It fails only where the queue is closed before Redis was ever there.
  connected.catch(() => {})
  return queue
}
