import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { lookAhead } from '../../threads/look-ahead.js'
import { startThread } from '../../threads/worker-thread.js'
import { packRequests, type RenderRequest } from './render-batch.js'
import { IMAGE_BYTES } from './sensor.js'

const BATCH = 16
const BATCHES_AHEAD = 2
interface Waiting {
  resolve(images: Uint8Array): void
  reject(error: Error): void
}

/** Threads that render. The images depend neither on their number nor on which one drew what. */
export class RenderPool {
  readonly #workers: Worker[]
  readonly #waiting = new Map<number, Waiting>()
  #jobs = 0

  /** @param threads how many; by default one for each processor, at most 8 */
  constructor(threads = Math.min(8, availableParallelism())) {
    this.#workers = Array.from({ length: threads }, () => {
      const worker = startThread('render-worker', import.meta.url)
      worker.on('message', ({ job, images }: { job: number; images: Uint8Array }) => {
        this.#waiting.get(job)?.resolve(images)
        this.#waiting.delete(job)
      })
      worker.on('error', (error: Error) => {
        for (const waiting of this.#waiting.values()) waiting.reject(error)
        this.#waiting.clear()
      })
      return worker
    })
  }

  /** Renders images in the order of the requests. Few are held at a time, however many are asked for. */
  async *stream(requests: Iterable<RenderRequest>): AsyncGenerator<Uint8Array> {
    const pool = this
    function* jobs() {
      let batch: RenderRequest[] = []
      for (const request of requests) {
        batch.push(request)
        if (batch.length < BATCH) continue
        const full = batch
        batch = []
        yield () => pool.#submit(full)
      }
      if (batch.length > 0) yield () => pool.#submit(batch)
    }
    for await (const images of lookAhead(jobs(), BATCHES_AHEAD * this.#workers.length)) {
      for (let at = 0; at < images.length; at += IMAGE_BYTES) yield images.subarray(at, at + IMAGE_BYTES)
    }
  }

  #submit(batch: readonly RenderRequest[]): Promise<Uint8Array> {
    const job = this.#jobs++
    const worker = this.#workers[job % this.#workers.length]
    const packed = packRequests(batch)
    return new Promise((resolve, reject) => {
      this.#waiting.set(job, { resolve, reject })
      worker.postMessage({ job, packed })
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}
