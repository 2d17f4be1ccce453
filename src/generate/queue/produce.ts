import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, type Queue, QueueEvents } from 'bullmq'
import { InputError } from '../../errors.js'
import { printable } from '../../printable.js'
import type { Progress } from '../../progress.js'
import { imageCount, partCount, partRange } from '../generation-plan.js'
import type { RunFolder } from '../run-folder.js'
import {
  connectionOf,
  jobId,
  NOT_OURS,
  openQueue,
  type PartJob,
  type PoolOptions,
  partOf,
  queueName,
} from './redis.js'

/** Milliseconds between looks into the folder, which is where the truth is. */
const LOOK_EVERY = 1_000
/** Looks after which jobs that Redis may have lost are put in again. */
const ENSURE_EVERY = 30
const ATTEMPTS = 5
/** Failed jobs that one look takes in: who reaches Redis may put any number there. */
const MOST_LOOKED_AT = 1_000

/**
 * Puts a job for every missing part into the run's queue and waits until workers have made them all. Which parts
 * are done is read from the folder, so nothing is lost with Redis: when it is back, what is missing is queued again.
 * @throws InputError where a part failed for good, with the worker's message
 */
export async function produceParts(
  run: RunFolder,
  options: PoolOptions & { readonly progress: Progress },
): Promise<void> {
  const producer = new Producer(run, await run.doneParts(), options)
  options.progress.start('generating', imageCount(run.plan), 'images')
  try {
    await producer.untilDone()
  } finally {
    options.progress.stop()
    await producer.close()
  }
}

class Producer {
  readonly #queue: Queue<PartJob>
  readonly #events: QueueEvents
  /** images done of parts that are being made */
  readonly #live = new Map<number, number>()
  /** names of jobs that were told of */
  readonly #setAsideJobs = new Set<string>()
  #done: Set<number>
  #failure: InputError | undefined

  constructor(
    private readonly run: RunFolder,
    done: readonly number[],
    private readonly options: PoolOptions & { readonly progress: Progress },
  ) {
    this.#done = new Set(done)
    this.#queue = openQueue(run, options, () => this.#inBackground(this.#enqueue()))
    this.#events = new QueueEvents(queueName(run), { connection: connectionOf(options) })
    // The queue's own connection says what there is to say.
    this.#events.on('error', () => {})
    this.#events.on('progress', ({ jobId, data }) => {
      const part = partOf(run, jobId)
      if (part === undefined || typeof data !== 'number') return
      const most = partRange(run.plan, part).count * run.plan.imagesPerIdentity
      this.#live.set(part, Math.min(Math.max(0, data), most))
    })
    this.#events.on('stalled', ({ jobId }) => {
      const part = partOf(run, jobId)
      if (part !== undefined) options.log(`part ${part}: its worker is gone, another one takes over`)
    })
  }

  async untilDone(): Promise<void> {
    this.#inBackground(this.#forgetFailures().then(() => this.#enqueue()))
    for (let looks = 1; ; looks++) {
      for (const part of await this.run.listParts()) this.#done.add(part)
      this.options.progress.update(this.#images())
      if (this.#done.size === partCount(this.run.plan)) return
      if (this.#failure !== undefined) throw this.#failure
      this.#inBackground(looks % ENSURE_EVERY === 0 ? this.#enqueue() : this.#lookAtQueue())
      await sleep(LOOK_EVERY)
    }
  }

  async close(): Promise<void> {
    // Without Redis the farewell would wait for it.
    const closed = Promise.allSettled([this.#events.close(), this.#queue.close()])
    await Promise.race([closed, sleep(LOOK_EVERY)])
  }

  /** Calls to Redis wait while it is gone; the loop does not. */
  #inBackground(call: Promise<void>): void {
    call.catch(() => {})
  }

  /** A job that is in the queue already, waiting or at work, stays as it is. */
  async #enqueue(): Promise<void> {
    const missing = Array.from({ length: partCount(this.run.plan) }, (_, part) => part).filter(
      (part) => !this.#done.has(part),
    )
    await this.#queue.addBulk(
      missing.map((part) => ({
        name: 'part',
        data: { part },
        opts: {
          jobId: jobId(part),
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: 1_000 },
          removeOnComplete: true,
        },
      })),
    )
  }

  /** What failed in an earlier run is tried again. */
  async #forgetFailures(): Promise<void> {
    for (const job of await this.#queue.getFailed()) await job.remove()
  }

  /** Looks for parts that failed for good, jobs that aren't ours, and whether Redis was emptied. */
  async #lookAtQueue(): Promise<void> {
    for (const job of await this.#queue.getFailed(0, MOST_LOOKED_AT)) {
      const part = partOf(this.run, job.id, job.data)
      if (part === undefined) await this.#setAside(job)
      else if (!this.#done.has(part)) {
        this.#failure ??= new InputError(
          `part ${part} could not be made: ${job.failedReason}`,
          this.run.path,
          'mend that and run the same command again; what is done stays done',
        )
      }
    }
    if ((await this.#queue.count()) + (await this.#queue.getActiveCount()) === 0) await this.#enqueue()
  }

  /** A job of somebody else's stays among the failed ones, unless it has the name of a part that is to be made. */
  async #setAside(job: Job<PartJob>): Promise<void> {
    const name = printable(String(job.id), 80)
    if (!this.#setAsideJobs.has(name)) this.options.log(`${name} of the queue: ${NOT_OURS}`)
    this.#setAsideJobs.add(name)
    if (partOf(this.run, job.id) !== undefined) await job.remove().then(() => this.#enqueue())
  }

  #images(): number {
    const { plan } = this.run
    let images = 0
    for (const part of this.#done) images += partRange(plan, part).count * plan.imagesPerIdentity
    for (const [part, made] of this.#live) if (!this.#done.has(part)) images += made
    return images
  }
}
