import { readFile } from 'node:fs/promises'
import { decodeImage } from '../../../../src/images/image-decoding.js'
import type { FuzzedReader } from '../reader.js'
import { smallImage } from '../small-images.js'

const pixels = Buffer.from(Array.from({ length: 12 }, (_, i) => i * 20))

/** 2x2 pixels of 24 bits, and of 8 bits with a palette in runs. */
function bitmaps(): Uint8Array[] {
  const plain = Buffer.alloc(54 + 16)
  plain.write('BM')
  for (const [at, value] of [
    [2, 70],
    [10, 54],
    [14, 40],
    [18, 2],
    [22, 2],
    [34, 16],
  ])
    plain.writeUInt32LE(value, at)
  plain.writeUInt16LE(1, 26)
  plain.writeUInt16LE(24, 28)
  const runs = Buffer.from([2, 1, 0, 0, 2, 0, 0, 1])
  const palette = Buffer.alloc(54 + 8 + runs.length)
  plain.copy(palette, 0, 0, 54)
  for (const [at, value] of [
    [2, palette.length],
    [10, 62],
    [30, 1],
    [34, runs.length],
    [46, 2],
  ])
    palette.writeUInt32LE(value, at)
  palette.writeUInt16LE(8, 28)
  palette.fill(90, 54, 62)
  runs.copy(palette, 62)
  return [plain, palette]
}

export const images: FuzzedReader = {
  id: 'images',
  file: 'image.bin',
  async seeds() {
    const picture = smallImage(1)
    return [
      await picture.clone().jpeg().toBuffer(),
      await picture.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
      await picture.clone().png().toBuffer(),
      await picture.clone().png({ palette: true }).toBuffer(),
      await picture.clone().gif().toBuffer(),
      await picture.clone().webp().toBuffer(),
      await picture.clone().tiff().toBuffer(),
      ...bitmaps(),
      Buffer.concat([Buffer.from('P6 2 2 255\n'), pixels]),
      Buffer.from('P3\n# a\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12\n'),
      Buffer.concat([Buffer.from('P5 2 2 65535\n'), pixels.subarray(0, 8)]),
    ]
  },
  words: [
    '\xff\xd8',
    '\xff\xc0',
    '\xff\xda',
    'IHDR',
    'IDAT',
    'GIF89a',
    'II*\0',
    'RIFF',
    'WEBP',
    'BM',
    'P3 ',
    '#',
  ].map((word) => Buffer.from(word, 'latin1')),
  async read(path) {
    await decodeImage(await readFile(path), path)
  },
}
