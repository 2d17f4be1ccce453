import { constants, deflateSync } from 'node:zlib'
import type { RawPixels } from './image.js'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** 8 bits a channel, RGB, deflate, no interlacing. */
const RGB_8 = [8, 2, 0, 0, 0]
/** Each row is stored as its difference from the one above. */
const UP = 2

/** What a byte makes of the checksum, and what it does when one, two and three more follow. */
const CRC_TABLES = crcTables()

/**
 * Encodes an image as PNG (PNG 1.2, RGB). For crops by the thousand: a crop of 112x112 takes a third of the time of the
 * pipeline around libpng, at the same size: deflate finds next to nothing that comes again in a photograph, and looks for
 * nothing (runs of a byte cost a third more time and save a hundredth).
 */
export function encodePng({ width, height, data }: RawPixels): Buffer {
  const row = 3 * width
  const filtered = new Uint8Array(height * (row + 1))
  for (let y = 0; y < height; y++) {
    const to = y * (row + 1) + 1
    const from = y * row
    filtered[to - 1] = UP
    if (y === 0) filtered.set(data.subarray(0, row), to)
    else for (let x = 0; x < row; x++) filtered[to + x] = data[from + x] - data[from + x - row]
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set(RGB_8, 8)
  const pixels = deflateSync(filtered, { level: 1, strategy: constants.Z_HUFFMAN_ONLY })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Uint8Array): Buffer {
  const out = Buffer.alloc(content.length + 12)
  out.writeUInt32BE(content.length, 0)
  out.write(type, 4, 'latin1')
  out.set(content, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + content.length)), 8 + content.length)
  return out
}

function crcTables(): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
    return value
  })
  const tables = [first]
  while (tables.length < 4)
    tables.push(tables[tables.length - 1].map((value) => first[value & 255] ^ (value >>> 8)))
  return tables
}

/** Four bytes at a time, each by its own table. */
function crc32(bytes: Uint8Array): number {
  const [last, third, second, first] = CRC_TABLES
  let value = 0xffffffff
  let i = 0
  for (; i + 4 <= bytes.length; i += 4) {
    value ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    value =
      first[value & 255] ^ second[(value >>> 8) & 255] ^ third[(value >>> 16) & 255] ^ last[value >>> 24]
  }
  for (; i < bytes.length; i++) value = last[(value ^ bytes[i]) & 255] ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}
