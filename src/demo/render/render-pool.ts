import { availableParallelism } from 'node:os'
import { lookAhead } from '../../threads/look-ahead.js'
import { ThreadPool } from '../../threads/thread-pool.js'
import { type PackedRequests, packRequests, type RenderRequest } from './render-batch.js'
import { IMAGE_BYTES } from './sensor.js'

const BATCH = 16
const BATCHES_AHEAD = 2

/** Threads that render. The images depend neither on their number nor on which one drew what. */
export class RenderPool {
  readonly #pool: ThreadPool<PackedRequests, Uint8Array>

  /** @param threads how many; by default one for each processor, at most 8 */
  constructor(threads = Math.min(8, availableParallelism())) {
    this.#pool = new ThreadPool({ file: 'render-worker', from: import.meta.url, threads })
  }

  /** Renders images in the order of the requests. Few are held at a time, however many are asked for. */
  async *stream(requests: Iterable<RenderRequest>): AsyncGenerator<Uint8Array> {
    const pool = this.#pool
    function* jobs() {
      let batch: RenderRequest[] = []
      for (const request of requests) {
        batch.push(request)
        if (batch.length < BATCH) continue
        const full = batch
        batch = []
        yield () => pool.run(packRequests(full))
      }
      if (batch.length > 0) yield () => pool.run(packRequests(batch))
    }
    for await (const images of lookAhead(jobs(), BATCHES_AHEAD * pool.size)) {
      for (let at = 0; at < images.length; at += IMAGE_BYTES) yield images.subarray(at, at + IMAGE_BYTES)
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}
