import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type FromThread, unpackError } from './messages.js'

/** How a pool's threads are started. */
export interface ThreadPoolOptions {
  /** the file that calls {@link serveThread}, beside the one that asks, without its ending */
  readonly file: string
  /** `import.meta.url` of the file that asks */
  readonly from: string
  readonly threads: number
  /** what each thread opens its work with: copied to it */
  readonly data?: unknown
}

/**
 * Threads that do tasks: each goes to the thread with the fewest under way. What is sent is copied, both ways (see
 * {@link serveThread}); a view takes its whole buffer along. The threads keep the process alive only while they work.
 *
 * @example
 * const pool = new ThreadPool<string, number>({ file: 'count-thread', from: import.meta.url, threads: 4 })
 * const counts = await Promise.all(paths.map((path) => pool.run(path)))
 * await pool.close()
 */
export class ThreadPool<Task, Answer, News = never> {
  readonly size: number
  readonly #threads: readonly Thread<Task, Answer, News>[]

  constructor({ file, from, threads, data }: ThreadPoolOptions) {
    this.size = threads
    // From source, as tests run, the thread is TypeScript too: Node inherits the tests' hook that reads it.
    const url = new URL(`./${file}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
    this.#threads = Array.from({ length: threads }, () => new Thread(new Worker(url, { workerData: data })))
  }

  /**
   * Has a task done.
   * @param onNews told what the thread tells of this task
   * @throws InputError as the thread threw it; Error where the thread failed or ended
   */
  run(task: Task, onNews?: (news: News) => void): Promise<Answer> {
    const thread = this.#threads.reduce((best, other) => (other.jobs < best.jobs ? other : best))
    return thread.run(task, onNews)
  }

  /** Lets each thread finish its tasks and end by itself: one that is stopped inside a network takes the process with it. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}

/** The threads of all pools that have not ended. */
const living = new Set<{ park(): void; readonly isParked: boolean }>()

/**
 * Stops all threads where they are in no network, for good: a process that ends while one is inside a network is aborted.
 * @param longest milliseconds
 * @returns whether all threads stand
 */
export async function parkThreads(longest: number): Promise<boolean> {
  for (const thread of living) thread.park()
  const stand = () => [...living].every(({ isParked }) => isParked)
  const until = performance.now() + longest
  while (!stand() && performance.now() < until) await sleep(10)
  return stand()
}

interface Job<Answer, News> {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly onNews: ((news: News) => void) | undefined
}

class Thread<Task, Answer, News> {
  readonly #jobs = new Map<number, Job<Answer, News>>()
  readonly #ended: Promise<unknown>
  #count = 0
  #closing = false
  #failure: Error | undefined
  isParked = false

  constructor(private readonly worker: Worker) {
    worker.unref()
    worker.on('message', (message: FromThread<Answer, News>) => this.#take(message))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', (code) => this.#fail(new Error(`a thread ended with code ${code}`)))
    this.#ended = once(worker, 'exit').catch(() => {})
    living.add(this)
  }

  get jobs(): number {
    return this.#jobs.size
  }

  run(task: Task, onNews: ((news: News) => void) | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure
      const job = this.#count++
      this.worker.postMessage({ job, task })
      this.#jobs.set(job, { resolve, reject, onNews })
      this.worker.ref()
    })
  }

  async close(): Promise<void> {
    if (this.#failure !== undefined) return
    this.#closing = true
    this.worker.ref()
    this.worker.postMessage('close')
    await this.#ended
  }

  park(): void {
    this.worker.postMessage('park')
  }

  #take(message: FromThread<Answer, News>): void {
    if (message === 'parked') {
      this.isParked = true
      return
    }
    const job = this.#jobs.get(message.job)
    if (job === undefined) return
    if ('news' in message) {
      job.onNews?.(message.news)
      return
    }
    this.#jobs.delete(message.job)
    // A caller waits for the end of one that is being closed, though nobody waits for its last answers.
    if (this.#jobs.size === 0 && !this.#closing) this.worker.unref()
    if ('failed' in message) job.reject(unpackError(message.failed))
    else job.resolve(message.answer)
  }

  /** The thread itself failed: all that it had, and all that it would be given, fails with it. */
  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#jobs.values()) reject(this.#failure)
    this.#jobs.clear()
    living.delete(this)
  }
}
