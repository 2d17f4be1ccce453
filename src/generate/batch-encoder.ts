import type { JpegSettings } from '../images/jpeg/encode-jpeg.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { type EncodedBatch, encodeBatch, type Pixels } from './encode-batch.js'
import type { PixelBatch } from './image-maker.js'

/** Makes files of images. */
export interface BatchEncoder {
  /** batches that are worth having under way while the next is made */
  readonly ahead: number
  encode(batch: PixelBatch): EncodedBatch | Promise<EncodedBatch>
  close(): Promise<void>
}

/** What encodes where a network takes longer than that, and a core has one of both. */
export const encoderHere = (jpeg: JpegSettings): BatchEncoder => ({
  ahead: 0,
  encode: (batch) => encodeBatch(batch, jpeg),
  close: async () => {},
})

/** Encodes in other threads, for a network on a GPU: an image takes longer to encode than to make. */
export function encoderThreads(jpeg: JpegSettings, threads: number): BatchEncoder {
  const pool = new ThreadPool<Pixels, EncodedBatch>({
    file: 'encoder-thread',
    from: import.meta.url,
    threads,
    data: jpeg,
  })
  return {
    ahead: threads,
    encode: ({ width, height, data }) => pool.run({ width, height, data }),
    close: () => pool.close(),
  }
}
