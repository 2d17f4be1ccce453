import type { JpegSettings } from '../images/jpeg/encode-jpeg.js'
import { serveThread } from '../threads/thread-side.js'
import { encodeBatch, type Pixels } from './encode-batch.js'

serveThread((jpeg: JpegSettings) => ({ do: (pixels: Pixels) => encodeBatch(pixels, jpeg) }))
