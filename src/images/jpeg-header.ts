import type { Orientation } from './orientation.js'

/** What the header of a JPEG says. */
export interface JpegHeader {
  /** colours; 0 where the header doesn't come to the frame */
  readonly components: number
  readonly width?: number
  readonly height?: number
  /** of EXIF; 1 where it says nothing */
  readonly orientation: Orientation
}

const APP1 = 0xe1
const ORIENTATION_TAG = 0x0112

/** Walks over a JPEG's segments up to its frame. What is broken ends the walk. */
export function jpegHeader(bytes: Uint8Array): JpegHeader {
  let orientation: Orientation = 1
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return {
        components: bytes[at + 9],
        height: bytes[at + 5] * 256 + bytes[at + 6],
        width: bytes[at + 7] * 256 + bytes[at + 8],
        orientation,
      }
    }
    const length = bytes[at + 2] * 256 + bytes[at + 3]
    if (marker === APP1) orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length)) ?? orientation
    // fill bytes may stand before a marker
    at += marker === 0xff ? 1 : 2 + length
  }
  return { components: 0, orientation }
}

/** The orientation in a segment of EXIF: a TIFF's first folder of tags after `Exif\0\0`. */
function exifOrientation(segment: Uint8Array): Orientation | undefined {
  if (Buffer.from(segment.subarray(0, 6)).toString('latin1') !== 'Exif\0\0') return undefined
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6)
  if (tiff.byteLength < 8) return undefined
  const little = tiff.getUint16(0) === 0x4949
  const folder = tiff.getUint32(4, little)
  if (folder + 2 > tiff.byteLength) return undefined
  const entries = tiff.getUint16(folder, little)
  for (let i = 0, at = folder + 2; i < entries && at + 12 <= tiff.byteLength; i++, at += 12) {
    if (tiff.getUint16(at, little) !== ORIENTATION_TAG) continue
    const value = tiff.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined
  }
  return undefined
}
