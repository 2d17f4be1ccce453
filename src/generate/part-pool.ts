import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import type { Worker } from 'node:worker_threads'
import { InputError } from '../errors.js'
import { startThread } from '../threads/worker-thread.js'
import { PartMaker } from './part-maker.js'
import type { ThreadData, ThreadMessage } from './part-thread.js'
import type { RunFolder } from './run-folder.js'

/** Makes parts, up to `size` at the same time. */
export interface PartPool {
  readonly size: number
  /** Makes one part. @param onImages told how many of its images are done @throws InputError */
  make(part: number, onImages: (images: number) => void): Promise<void>
  close(): Promise<void>
}

/**
 * A heap may grow to 11 times what was alive in it before V8 marks it again. onnxruntime gives every batch in a new
 * buffer, and at V8's own limits each thread would mark its modules four times a second to be rid of them: 3 % of a
 * small generator's time, for 70 MB less in a run of 300,000 images.
 */
const HEAP_GROWTH = '--heap-growing-percent=1000'

/** A pool of `threads` threads, each with its own network; a single one is this thread itself. */
export async function openPartPool(run: RunFolder, threads: number): Promise<PartPool> {
  setFlagsFromString(HEAP_GROWTH)
  if (threads > 1) return new ThreadPool(run, threads)
  const maker = await PartMaker.open(run)
  return {
    size: 1,
    make: (part, onImages) => maker.make(part, onImages),
    close: () => maker.close(),
  }
}

class ThreadPool implements PartPool {
  readonly #idle: Worker[]
  readonly #all: readonly Worker[]

  constructor(
    run: RunFolder,
    readonly size: number,
  ) {
    const workerData: ThreadData = { path: run.path, record: run.record }
    this.#all = Array.from({ length: size }, () =>
      startThread('part-thread', import.meta.url, { workerData }),
    )
    this.#idle = [...this.#all]
  }

  async make(part: number, onImages: (images: number) => void): Promise<void> {
    const worker = this.#idle.pop()
    if (worker === undefined) throw new RangeError(`more than ${this.size} parts at the same time`)
    try {
      await askThread(worker, part, onImages)
    } finally {
      this.#idle.push(worker)
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#all.map(async (worker) => {
        const ended = once(worker, 'exit')
        worker.postMessage('close')
        await ended
      }),
    )
  }
}

function askThread(worker: Worker, part: number, onImages: (images: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      settle()
    }
    const onError = (error: unknown) => end(() => reject(error))
    const onExit = () => onError(new Error(`the thread that made part ${part} ended`))
    const onMessage = (message: ThreadMessage) => {
      if (message.kind === 'images') onImages(message.images)
      else if (message.kind === 'done') end(resolve)
      else if (message.kind === 'failed') onError(message.error)
      else onError(new InputError(message.what, message.where, message.remedy))
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(part)
  })
}
