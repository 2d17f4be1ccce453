import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeImage } from '../../src/images/image-decoding.js'
import { type Orientation, turn, turnBack } from '../../src/images/orientation.js'
import { decodePhotograph, photographHeader } from '../../src/images/photograph.js'
import { encodePng } from '../../src/images/png.js'
import { PYTHON, pythonHas } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** Photographs of each orientation, in forms that can say it, with what Pillow makes of them. */
const MAKE = `
import sys
import numpy as np
from PIL import Image, ImageOps
folder = sys.argv[1]
image = Image.fromarray(np.random.RandomState(1).randint(0, 255, (37, 53, 3), np.uint8))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    for ending, how in (('jpg', {'quality': 90}), ('png', {}), ('webp', {'lossless': True}), ('tif', {})):
        path = f'{folder}/{orientation}.{ending}'
        if ending == 'tif':
            image.save(path, tiffinfo={274: orientation})
        else:
            image.save(path, exif=exif, **how)
        # Pillow 9.4 turns a TIFF while it loads it.
        turned = Image.open(path) if ending == 'tif' else ImageOps.exif_transpose(Image.open(path))
        np.asarray(turned.convert('RGB')).tofile(path + '.rgb')
Image.fromarray((np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000)).save(f'{folder}/grey16.png')
`

it.skipIf(!pythonHas('PIL', 'numpy'))("is turned as Pillow's exif_transpose turns it", async () => {
  execFileSync(PYTHON, ['-c', MAKE, folder])
  for (const ending of ['jpg', 'png', 'webp', 'tif']) {
    for (const orientation of ORIENTATIONS) {
      const name = `${orientation}.${ending}`
      const bytes = readFileSync(join(folder, name))
      const header = await photographHeader(bytes)
      expect([name, header.orientation, header.width, header.height]).toEqual([name, orientation, 53, 37])
      const { data, width, height } = await decodePhotograph(bytes, name, header)
      expect([name, width, height]).toEqual([name, ...(orientation < 5 ? [53, 37] : [37, 53])])
      expect(Buffer.compare(Buffer.from(data), readFileSync(join(folder, `${name}.rgb`))), name).toBe(0)
    }
  }
  const grey = readFileSync(join(folder, 'grey16.png'))
  const { data } = await decodePhotograph(grey, 'grey16.png', await photographHeader(grey))
  expect([...data].filter((_, i) => i % 3 === 0)).toEqual(
    Array.from({ length: 64 }, (_, i) => (i * 1000) >> 8),
  )
})

it('a point of a turned image is found in the image as it was', () => {
  const data = Uint8Array.from({ length: 3 * 5 * 4 }, (_, i) => Math.floor(i / 3))
  const image = { kind: 'pixels', width: 5, height: 4, data } as const
  for (const orientation of ORIENTATIONS) {
    const turned = turn(image, orientation)
    for (let y = 0; y < turned.height; y++) {
      for (let x = 0; x < turned.width; x++) {
        const [u, v] = turnBack([x, y], orientation, image)
        expect(turned.data[3 * (y * turned.width + x)]).toBe(v * 5 + u)
      }
    }
  }
})

it('a crop is written as PNG and decodes to the same pixels', async () => {
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [112, 112],
  ]) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i) % 251)
    const decoded = await decodeImage(encodePng({ kind: 'pixels', width, height, data }), 'crop')
    expect(decoded).toMatchObject({ width, height })
    expect(Buffer.compare(Buffer.from(decoded.data), Buffer.from(data))).toBe(0)
  }
})
