import { InputError } from '../../errors.js'

const FILE_HEAD = 14
/** The header of OS/2 1, with sizes of 16 bits and a palette of 3 bytes an entry. */
const OLD_HEADER = 12

/** Where the masks of bit fields stand, whatever the header's length. */
export const MASKS = FILE_HEAD + 40

/** How a bitmap's pixels are stored. */
export const Compression = { none: 0, runsOfBytes: 1, runsOfNibbles: 2, fields: 3, alphaFields: 6 } as const

/** What a bitmap says of itself. */
export interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly topDown: boolean
  /** bits a pixel */
  readonly bits: number
  readonly compression: number
  /** where the pixels begin */
  readonly pixels: number
  /** entries of blue, green, red, each `step` bytes from the next */
  readonly palette: { readonly start: number; readonly entries: number; readonly step: number }
}

export function refuseBmp(what: string, where: string): InputError {
  return new InputError(`the image does not decode (BMP: ${what})`, where, 'convert, replace or remove it')
}

/** Reads the header and what follows from it. @throws InputError where it is cut short or of another kind */
export function readBmpHeader(view: DataView, where: string): BmpHeader {
  if (view.byteLength < FILE_HEAD + OLD_HEADER) throw refuseBmp('cut short', where)
  const length = view.getUint32(FILE_HEAD, true)
  const old = length === OLD_HEADER
  if (!old && (length < 40 || length > 124)) throw refuseBmp(`a header of ${length} bytes`, where)
  if (view.byteLength < FILE_HEAD + length) throw refuseBmp('cut short', where)
  const height = old ? view.getUint16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? Compression.none : view.getUint32(30, true)
  const pixels = view.getUint32(10, true)
  const start = FILE_HEAD + length + (length === 40 && compression === Compression.fields ? 12 : 0)
  const step = old ? 3 : 4
  const most = bits <= 8 ? 2 ** bits : 0
  const stated = old ? 0 : view.getUint32(46, true)
  const room = Math.floor(Math.max(0, Math.min(pixels, view.byteLength) - start) / step)
  return {
    width: old ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression,
    pixels,
    palette: { start, step, entries: Math.min(stated || most, most, room) },
  }
}
