import { encodeJpeg, type JpegSettings } from '../images/jpeg/encode-jpeg.js'
import type { PixelBatch } from './image-maker.js'

/** What there is to encode: images of one size, one after another. */
export type Pixels = Pick<PixelBatch, 'width' | 'height' | 'data'>

/** The files of a batch's images, one after another. */
export interface EncodedBatch {
  readonly bytes: Uint8Array
  /** where each ends */
  readonly ends: readonly number[]
}

/** Encodes images as JPEG. */
export function encodeBatch({ width, height, data }: Pixels, jpeg: JpegSettings): EncodedBatch {
  const length = width * height * 3
  const files = Array.from({ length: data.length / length }, (_, i) =>
    encodeJpeg(data.subarray(i * length, (i + 1) * length), width, height, jpeg),
  )
  let end = 0
  const ends = files.map((file) => {
    end += file.length
    return end
  })
  return { bytes: Buffer.concat(files), ends }
}
