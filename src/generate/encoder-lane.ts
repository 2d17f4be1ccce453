import { ThreadPool } from '../threads/thread-pool.js'
import type { EncoderTask, EncoderThreadData } from './encoder-thread.js'
import type { PixelBatch } from './image-maker.js'
import type { PartSink } from './part-encoder.js'
import type { RunFolder } from './run-folder.js'

/** Parts that a lane has at hand: while the last images of one are encoded, those of the next are made. */
export const PARTS_OF_A_LANE = 2

/**
 * A sink in a thread of its own, for networks on a GPU: encoding an image takes about as long as a GPU takes to make it.
 */
export class EncoderLane implements PartSink {
  readonly overlaps = true
  readonly #pool: ThreadPool<EncoderTask, void>
  /** the last batch, of any part */
  #last: Promise<void> = Promise.resolve()

  constructor({ path, record }: RunFolder) {
    const data: EncoderThreadData = { path, record }
    this.#pool = new ThreadPool({ file: 'encoder-thread', from: import.meta.url, threads: 1, data })
  }

  begin(part: number): Promise<void> {
    return this.#tell({ begin: part })
  }

  async put(batch: PixelBatch): Promise<void> {
    const before = this.#last
    this.#last = this.#tell({ put: batch })
    await before
  }

  close(note: string | undefined): Promise<void> {
    return this.#tell({ close: note })
  }

  async discard(): Promise<void> {
    this.#last = Promise.resolve()
    await this.#tell('discard')
  }

  async end(): Promise<void> {
    await this.#pool.close()
  }

  /** What fails is met when its turn comes. */
  #tell(task: EncoderTask): Promise<void> {
    const told = this.#pool.run(task)
    told.catch(() => {})
    return told
  }
}
