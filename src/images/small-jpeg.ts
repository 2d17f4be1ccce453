import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { RawPixels } from './image.js'
import { jpegHeader } from './jpeg-header.js'
import type { PixelRoom } from './pixel-room.js'

/** libjpeg-turbo as WebAssembly: what this program uses of the package. */
interface Decoder {
  /** memory for the bytes of an image */
  getEncodedBuffer(length: number): Uint8Array
  /** @throws number where the bytes are cut short or damaged */
  decode(): void
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number }
  /** RGB or grey, row after row, until the next image */
  getDecodedBuffer(): Uint8Array
}
interface Codec {
  readonly JPEGDecoder: new () => Decoder
}
type OpenCodec = (settings: { wasmBinary: Uint8Array; print(): void; printErr(): void }) => Promise<Codec>

const CODEC = '@cornerstonejs/codec-libjpeg-turbo-8bit'
/** Pixels up to which it pays: beyond, libvips' own libjpeg is faster, whose pipeline takes a millisecond and more to build. */
const MOST = 640 * 640
const END_OF_IMAGE = [0xff, 0xd9]

let opening: Promise<Decoder> | undefined

async function openDecoder(): Promise<Decoder> {
  const require = createRequire(import.meta.url)
  const open = require(`${CODEC}/decodewasmjs`) as OpenCodec
  const silent = (): void => {}
  const wasmBinary = readFileSync(require.resolve(`${CODEC}/decodewasm`))
  return new (await open({ wasmBinary, print: silent, printErr: silent })).JPEGDecoder()
}

/**
 * Decodes a small, whole JPEG by libjpeg-turbo in WebAssembly: the same pixels as libvips' (accurate transform, smooth chroma;
 * tested to the bit), neither turned by EXIF nor changed by a profile, in a fraction of the time (112x112: 0.31 ms of
 * processor time instead of 1.6; 250x250: 1.2 instead of 2.5; 640x640: 7.2 instead of 6.2).
 * @param room memory for the pixels
 * @param limit pixels of the largest that is decoded
 * @returns undefined where it is another kind, or is damaged: libvips tells what is wrong
 */
export async function decodeSmallJpeg(
  bytes: Uint8Array,
  room?: PixelRoom,
  limit = MOST,
): Promise<RawPixels | undefined> {
  const { components, width = 0, height = 0 } = jpegHeader(bytes)
  if (
    (components !== 1 && components !== 3) ||
    width * height === 0 ||
    width * height > Math.min(MOST, limit)
  )
    return undefined
  // libjpeg makes up what is missing where only the end is.
  if (!END_OF_IMAGE.every((byte, i) => bytes.at(i - 2) === byte)) return undefined
  opening ??= openDecoder()
  const decoder = await opening
  decoder.getEncodedBuffer(bytes.length).set(bytes)
  try {
    decoder.decode()
  } catch {
    return undefined
  }
  const frame = decoder.getFrameInfo()
  if (frame.width !== width || frame.height !== height || frame.componentCount !== components)
    return undefined
  const length = 3 * width * height
  const data = room?.take(length) ?? new Uint8Array(length)
  const decoded = decoder.getDecodedBuffer()
  if (components === 3) data.set(decoded)
  else for (let i = 0, at = 0; at < length; i++, at += 3) data.fill(decoded[i], at, at + 3)
  return { kind: 'pixels', width, height, data }
}
