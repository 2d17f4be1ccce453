import type { JpegSettings } from '../images/jpeg/encode-jpeg.js'
import { serveThread } from '../threads/thread-side.js'
import { encodeBatch } from './batch-encoder.js'
import type { PixelBatch } from './image-maker.js'

/** Pixels in memory that threads share. */
export type EncoderTask = Pick<PixelBatch, 'width' | 'height' | 'data'>

serveThread((jpeg: JpegSettings) => ({ do: (task: EncoderTask) => encodeBatch(task, jpeg) }))
