import { setTimeout as sleep } from 'node:timers/promises'
import { type Queue, QueueEvents } from 'bullmq'
import { InputError } from '../../errors.js'
import type { Progress } from '../../progress.js'
import { imageCount, partCount, partRange } from '../generation-plan.js'
import type { RunFolder } from '../run-folder.js'
import { connectionOf, jobId, openQueue, type PartJob, type PoolOptions, partOf, queueName } from './redis.js'

/** Milliseconds between looks into the folder, which is where the truth is. */
const LOOK_EVERY = 1_000
/** Looks after which jobs that Redis may have lost are put in again. */
const ENSURE_EVERY = 30
const ATTEMPTS = 5

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
      if (typeof data === 'number') this.#live.set(partOf(jobId), data)
    })
    this.#events.on('stalled', ({ jobId }) =>
      options.log(`part ${partOf(jobId)}: its worker is gone, another one takes over`),
    )
  }

  async untilDone(): Promise<void> {
    this.#inBackground(this.#forgetFailures().then(() => this.#enqueue()))
    for (let looks = 1; ; looks++) {
      for (const part of await this.run.listParts()) this.#done.add(part)
      this.options.progress.update(this.#images())
      if (this.#done.size === partCount(this.run.plan)) return
      if (this.#failure !== undefined) throw this.#failure
      this.#inBackground(looks % ENSURE_EVERY === 0 ? this.#enqueue() : this.#lookForFailure())
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

  async #lookForFailure(): Promise<void> {
    const [job] = await this.#queue.getFailed(0, 0)
    if (job === undefined) return
    this.#failure ??= new InputError(
      `part ${job.data.part} could not be made: ${job.failedReason}`,
      this.run.path,
      'mend that and run the same command again; what is done stays done',
    )
  }

  #images(): number {
    const { plan } = this.run
    let images = 0
    for (const part of this.#done) images += partRange(plan, part).count * plan.imagesPerIdentity
    for (const [part, made] of this.#live) if (!this.#done.has(part)) images += made
    return images
  }
}
