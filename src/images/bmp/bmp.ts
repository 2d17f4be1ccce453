import { RAISE } from '../../limits.js'
import type { RawPixels } from '../image.js'
import { type BmpHeader, Compression, MASKS, readBmpHeader, refuseBmp } from './header.js'
import { readRuns } from './runs.js'

/** Masks of red, green and blue where a bitmap gives none, by bits a pixel. */
const USUAL_MASKS: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x3e0, 0x1f],
  32: [0xff0000, 0xff00, 0xff],
}
const BITS: Readonly<Record<number, readonly number[]>> = {
  [Compression.none]: [1, 4, 8, 16, 24, 32],
  [Compression.runsOfBytes]: [8],
  [Compression.runsOfNibbles]: [4],
  [Compression.fields]: [16, 32],
  [Compression.alphaFields]: [16, 32],
}

/**
 * Decodes a Windows or OS/2 bitmap into RGB bytes, as Pillow does: 1, 4 and 8 bits with a palette, 16 and 32 with
 * masks, 24, and both run-length forms; alpha is dropped.
 * @param limit the most pixels
 * @throws InputError where it is cut short, of another form, or has more pixels
 */
export function decodeBmp(bytes: Uint8Array, where: string, limit: number): RawPixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = readBmpHeader(view, where)
  const { width, height, bits, compression, topDown, pixels } = header
  if (width <= 0 || height <= 0) throw refuseBmp(`${width}x${height} pixels`, where)
  if (width * height > limit) throw refuseBmp(`${width}x${height} exceeds the pixel limit`, where).or(RAISE)
  if (BITS[compression]?.includes(bits) !== true)
    throw refuseBmp(`${bits} bits a pixel in compression ${compression}`, where)
  if (pixels > bytes.length) throw refuseBmp('cut short', where)

  const data = new Uint8Array(3 * width * height)
  const rowOf = (y: number) => 3 * width * (topDown ? y : height - 1 - y)
  if (compression === Compression.runsOfBytes || compression === Compression.runsOfNibbles) {
    const runs = readRuns(bytes.subarray(pixels), width, height, bits === 4)
    const colours = readPalette(view, header)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data.set(colours.subarray(3 * runs[y * width + x], 3 * runs[y * width + x] + 3), rowOf(y) + 3 * x)
    return { kind: 'pixels', width, height, data }
  }
  const stride = 4 * Math.ceil((width * bits) / 32)
  // The padding of the last row may be left out.
  const needed = stride * (height - 1) + Math.ceil((width * bits) / 8)
  if (pixels + needed > bytes.length) throw refuseBmp('cut short', where)
  const read = bits <= 8 ? paletteRows(view, header) : bits === 24 ? plainRows(view) : fieldRows(view, header)
  for (let y = 0; y < height; y++) {
    for (let x = 0, to = rowOf(y); x < width; x++, to += 3) read(pixels + y * stride, x, data, to)
  }
  return { kind: 'pixels', width, height, data }
}

/** Writes pixel `x` of the row that begins at `row` as red, green and blue. */
type PixelReader = (row: number, x: number, out: Uint8Array, to: number) => void

function plainRows(view: DataView): PixelReader {
  return (row, x, out, to) => {
    for (let c = 0; c < 3; c++) out[to + c] = view.getUint8(row + 3 * x + 2 - c)
  }
}

function fieldRows(view: DataView, { bits, compression }: BmpHeader): PixelReader {
  const own = compression !== Compression.none
  const masks = own ? [0, 4, 8].map((at) => view.getUint32(MASKS + at, true)) : USUAL_MASKS[bits]
  const channels = masks.map(channel)
  return (row, x, out, to) => {
    const pixel = bits === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true)
    for (let c = 0; c < 3; c++) out[to + c] = channels[c](pixel)
  }
}

/** The 8-bit value of a colour's bits: `value * 255 / most`, cut to a whole number. */
function channel(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const most = mask >>> shift
  return (pixel) => Math.floor((((pixel & mask) >>> shift) * 255) / most)
}

function paletteRows(view: DataView, header: BmpHeader): PixelReader {
  const { bits } = header
  const colours = readPalette(view, header)
  const each = 8 / bits
  const most = 2 ** bits - 1
  return (row, x, out, to) => {
    const byte = view.getUint8(row + Math.floor(x / each))
    const index = (byte >> (8 - bits * ((x % each) + 1))) & most
    for (let c = 0; c < 3; c++) out[to + c] = colours[3 * index + c]
  }
}

/** 256 colours of three bytes; those that the file doesn't give are black. */
function readPalette(view: DataView, { palette }: BmpHeader): Uint8Array {
  const colours = new Uint8Array(3 * 256)
  for (let i = 0; i < palette.entries; i++)
    for (let c = 0; c < 3; c++) colours[3 * i + c] = view.getUint8(palette.start + i * palette.step + 2 - c)
  return colours
}
