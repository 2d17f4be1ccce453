import { encodeJpeg, type JpegSettings } from '../images/jpeg/encode-jpeg.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { EncoderTask } from './encoder-thread.js'
import type { PixelBatch } from './image-maker.js'

/** The files of a batch's images, one after another. */
export interface EncodedBatch {
  readonly bytes: Uint8Array
  /** where each ends */
  readonly ends: readonly number[]
}

/** Makes files of images. */
export interface BatchEncoder {
  /** batches that are worth having under way while the next is made */
  readonly ahead: number
  encode(batch: PixelBatch): EncodedBatch | Promise<EncodedBatch>
  close(): Promise<void>
}

/** Encodes images as JPEG in this thread. */
export function encodeBatch({ width, height, data }: EncoderTask, jpeg: JpegSettings): EncodedBatch {
  const length = width * height * 3
  const files = Array.from({ length: data.length / length }, (_, i) =>
    encodeJpeg(data.subarray(i * length, (i + 1) * length), width, height, jpeg),
  )
  let end = 0
  return { bytes: Buffer.concat(files), ends: files.map((file) => (end += file.length)) }
}

/** What encodes where a network takes longer than that, and a core has one of both. */
export const encoderHere = (jpeg: JpegSettings): BatchEncoder => ({
  ahead: 0,
  encode: (batch) => encodeBatch(batch, jpeg),
  close: async () => {},
})

/** Encodes in other threads, for a network on a GPU: an image takes longer to encode than to make. */
export function encoderThreads(jpeg: JpegSettings, threads: number): BatchEncoder {
  const pool = new ThreadPool<EncoderTask, EncodedBatch>({
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
