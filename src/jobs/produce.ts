import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, Queue, QueueEvents } from 'bullmq'
import { InputError } from '../errors.js'
import type { Jobs } from './jobs.js'
import {
  bullmq,
  connectionOf,
  type JobData,
  jobId,
  numberOf,
  openQueue,
  type PoolOptions,
  setAside,
} from './redis.js'

/** Milliseconds between looks into the folder, which is where the truth is. */
const LOOK_EVERY = 1_000
/** Looks after which jobs that Redis may have lost are put in again. */
const ENSURE_EVERY = 30
const ATTEMPTS = 5
/** Failed jobs that one look takes in: who reaches Redis may put any number there. */
const MOST_LOOKED_AT = 1_000

export interface ProduceOptions extends PoolOptions {
  /** told at every look what is done, and how far the jobs at hand are, in units of their workers' choice */
  readonly onLook: (done: ReadonlySet<number>, live: ReadonlyMap<number, number>) => void
}

/**
 * Puts a job for everything that is not done into the queue and waits until workers have done it all. What is done is
 * read from the folder, so nothing is lost with Redis: when it is back, what is missing is queued again.
 * @throws InputError where a job failed for good, with the worker's message
 */
export async function produceJobs(jobs: Jobs, options: ProduceOptions): Promise<void> {
  const producer = new Producer(jobs, await jobs.done(), options)
  try {
    await producer.untilDone()
  } finally {
    await producer.close()
  }
}

class Producer {
  readonly #queue: Queue<JobData>
  readonly #events: QueueEvents
  readonly #live = new Map<number, number>()
  readonly #done: Set<number>
  /** what was said of jobs that were set aside */
  readonly #told = new Set<string>()
  #failure: InputError | undefined

  constructor(
    private readonly jobs: Jobs,
    done: readonly number[],
    private readonly options: ProduceOptions,
  ) {
    this.#done = new Set(done)
    this.#queue = openQueue(jobs, options, () => this.#inBackground(this.#enqueue()))
    const { QueueEvents } = bullmq()
    this.#events = new QueueEvents(jobs.queue, { connection: connectionOf(options) })
    // The queue's own connection says what there is to say.
    this.#events.on('error', () => {})
    this.#events.on('progress', ({ jobId: id, data }) => {
      const number = numberOf(jobs, id)
      if (number !== undefined && typeof data === 'number' && data >= 0) this.#live.set(number, data)
    })
    this.#events.on('stalled', ({ jobId: id }) => {
      const number = numberOf(jobs, id)
      if (number !== undefined)
        options.log(`${jobs.noun} ${number}: its worker is gone, another one takes over`)
    })
  }

  async untilDone(): Promise<void> {
    this.#inBackground(this.#forgetFailures().then(() => this.#enqueue()))
    for (let looks = 1; ; looks++) {
      for (const number of await this.jobs.done()) this.#done.add(number)
      this.options.onLook(this.#done, this.#live)
      if (this.#done.size === this.jobs.count) return
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
    const missing = Array.from({ length: this.jobs.count }, (_, number) => number).filter(
      (number) => !this.#done.has(number),
    )
    await this.#queue.addBulk(
      missing.map((number) => ({
        name: this.jobs.noun,
        data: { number },
        opts: {
          jobId: jobId(this.jobs, number),
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

  /** Looks for jobs that failed for good, for those that are none of this work's, and whether Redis was emptied. */
  async #lookAtQueue(): Promise<void> {
    for (const job of await this.#queue.getFailed(0, MOST_LOOKED_AT)) {
      const number = numberOf(this.jobs, job.id, job.data)
      if (number === undefined) await this.#setAside(job)
      else if (!this.#done.has(number)) {
        this.#failure ??= new InputError(
          `${this.jobs.noun} ${number} could not be made: ${job.failedReason}`,
          this.jobs.where,
          'mend that and run the same command again; what is done stays done',
        )
      }
    }
    if ((await this.#queue.count()) + (await this.#queue.getActiveCount()) === 0) await this.#enqueue()
  }

  /** It stays among the failed ones, unless it has the name of a job that is to be done. */
  async #setAside(job: Job<JobData>): Promise<void> {
    const line = setAside(this.jobs, job.id)
    if (!this.#told.has(line)) this.options.log(line)
    this.#told.add(line)
    if (numberOf(this.jobs, job.id) !== undefined) await job.remove().then(() => this.#enqueue())
  }
}
