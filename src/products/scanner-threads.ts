import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../threads/worker-thread.js'
import type { ScannerAnswer } from './scanner-thread.js'
import type { Candidates, TileTask } from './tile-candidates.js'
import type { TileKernel } from './tile-kernel.js'
import { scannerHere, type TileScanner } from './tile-scanner.js'

/** Multiplications of a search below which starting threads costs more than they save: some tenths of a second. */
const WORTH_THREADS = 5e10
const TILES_AHEAD = 2

interface Waiting {
  readonly resolve: (candidates: Candidates) => void
  readonly reject: (error: unknown) => void
}

/** A thread that multiplies tiles and looks through them; it holds up the end of the process only while it works. */
class ScannerThread {
  /** answers come in the order of the tiles */
  readonly #waiting: Waiting[] = []
  readonly #worker: Worker
  #failure: { readonly error: unknown } | undefined

  constructor(name: TileKernel['name']) {
    this.#worker = startThread('scanner-thread', import.meta.url, { workerData: { name } })
    this.#worker.unref()
    this.#worker.on('message', (answer: ScannerAnswer) => {
      const waiting = this.#waiting.shift()
      if (this.#waiting.length === 0) this.#worker.unref()
      if ('failed' in answer) waiting?.reject(answer.failed)
      else waiting?.resolve(answer.candidates)
    })
    this.#worker.on('error', (error) => {
      this.#failure = { error }
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    })
  }

  scan(task: TileTask): Promise<Candidates> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure.error
      this.#worker.ref()
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(task)
    })
  }
}

/**
 * Threads that take tiles in turn, each on one core: a product then never waits for the core that looks through
 * the last one, as it would where all cores share one product.
 */
export class ScannerThreads implements TileScanner {
  readonly ahead: number
  readonly #threads: readonly ScannerThread[]
  #turn = 0

  constructor(name: TileKernel['name'], count: number) {
    this.#threads = Array.from({ length: count }, () => new ScannerThread(name))
    this.ahead = TILES_AHEAD * count
  }

  scan(task: TileTask): Promise<Candidates> {
    return this.#threads[this.#turn++ % this.#threads.length].scan(task)
  }
}

/** Started once for each kernel and kept while the process lives. */
const started = new Map<TileKernel['name'], ScannerThreads>()

/** The scanner for a search of so many multiplications of two numbers. */
export function scannerFor(kernel: TileKernel, multiplications: number): TileScanner {
  const cores = availableParallelism()
  if (cores === 1 || multiplications < WORTH_THREADS) return scannerHere(kernel)
  const threads = started.get(kernel.name) ?? new ScannerThreads(kernel.name, cores)
  started.set(kernel.name, threads)
  return threads
}
