import { Queue, type RedisOptions } from 'bullmq'
import { z } from 'zod'
import { InputError } from '../../errors.js'
import { partCount } from '../generation-plan.js'
import type { RunFolder } from '../run-folder.js'

/** How the processes of a pool find each other. */
export interface PoolOptions {
  /** `redis://[user:password@]host:port[/db]` */
  readonly redis: string
  /** seconds after which the job of a worker that is not heard of goes to another; 30 by default */
  readonly stalledAfter?: number
  /** told, in a sentence, when Redis goes and comes back, and of jobs that failed or changed hands */
  readonly log: (line: string) => void
}

const partJob = z.strictObject({ part: z.int() })
/** What a job of the queue says; the run itself is in the shared folder. */
export type PartJob = z.infer<typeof partJob>

/** Why a job is set aside that no producer of this run made. */
export const NOT_OURS = 'this job is for no part of the run: it is set aside'

export const STALLED_AFTER = 30
const MOST_BETWEEN_TRIES = 2_000

/** One queue a run: equal runs meet in it, others don't. */
export function queueName(run: RunFolder): string {
  return `vec2face-bench-${run.id.slice(0, 16)}`
}

/** A part's job; the queue holds one of the same name at most. */
export function jobId(part: number): string {
  return `part-${part}`
}

/**
 * The part that a job is for. Whoever reaches Redis can put anything there: a job is taken for what it says only where its
 * name and its data agree on a part of the run.
 * @returns undefined for a job that no producer of this run made
 */
export function partOf(run: RunFolder, id: unknown, data?: unknown): number | undefined {
  const part = typeof id === 'string' ? Number(/^part-(\d{1,15})$/.exec(id)?.[1] ?? Number.NaN) : Number.NaN
  const isOfRun = part < partCount(run.plan) && jobId(part) === id
  if (!isOfRun) return undefined
  if (data === undefined) return part
  return partJob.safeParse(data).data?.part === part ? part : undefined
}

/** Waits for Redis as long as it takes. @throws InputError where the address is none */
export function connectionOf({ redis }: PoolOptions): RedisOptions {
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

/** Opens a run's queue; while Redis can't be reached it says so, once, and waits. */
export function openQueue(run: RunFolder, options: PoolOptions, onBack: () => void): Queue<PartJob> {
  const queue = new Queue<PartJob>(queueName(run), { connection: connectionOf(options) })
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
