import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { encodeJpeg, type JpegSettings } from '../../../src/images/jpeg/encode-jpeg.js'
import { RandomStream } from '../../../src/random/philox.js'
import { pythonHas, runPython } from '../../python.js'

/** A picture with all colours and some grain, as images of a generator have. */
function picture(width: number, height: number): Uint8Array {
  const grain = new RandomStream(1, 'grain')
  const levels = Uint8ClampedArray.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    return 128 + 120 * Math.sin((x * ((i % 3) + 1) + y) / 40) + 9 * grain.nextNormal()
  })
  return new Uint8Array(levels.buffer)
}

/** What Pillow writes of the same pixels. */
function pillowJpeg(pixels: Uint8Array, width: number, height: number, settings: JpegSettings): Buffer {
  const script = `import sys
from PIL import Image
width, height, quality, subsampling = map(int, sys.argv[1:])
image = Image.frombytes('RGB', (width, height), sys.stdin.buffer.read())
image.save(sys.stdout.buffer, 'JPEG', quality=quality, subsampling=subsampling)`
  const { quality, chromaSubsampling } = settings
  const args = [width, height, quality, chromaSubsampling === '4:2:0' ? 2 : 0].map(String)
  return runPython(['-c', script, ...args], pixels)
}

describe.skipIf(!pythonHas('PIL'))(
  'the bytes are those that Pillow writes, difference 0 (needs Pillow)',
  () => {
    test.for([
      [112, 112, 75, '4:2:0'],
      [112, 112, 95, '4:4:4'],
      [112, 112, 1, '4:2:0'],
      [112, 112, 100, '4:4:4'],
      [113, 77, 90, '4:2:0'],
      [8, 3, 50, '4:2:0'],
      [1, 1, 75, '4:4:4'],
      [640, 480, 85, '4:2:0'],
    ] as const)('%i x %i, quality %i, colours %s', async ([width, height, quality, chromaSubsampling]) => {
      const pixels = picture(width, height)
      const settings = { quality, chromaSubsampling }
      const ours = encodeJpeg(pixels, width, height, settings)
      expect(Buffer.from(ours).equals(pillowJpeg(pixels, width, height, settings))).toBe(true)
    })
  },
)

test('the picture comes back, and no bytes change when the next one is encoded', async () => {
  const settings = { quality: 95, chromaSubsampling: '4:4:4' } as const
  const pixels = picture(112, 112)
  const first = encodeJpeg(pixels, 112, 112, settings)
  const copy = Uint8Array.from(first)
  encodeJpeg(picture(112, 112).reverse(), 112, 112, settings)
  expect(first).toEqual(copy)
  const { data, info } = await sharp(first).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 112, height: 112, channels: 3 })
  const squares = pixels.reduce((sum, value, i) => sum + (value - data[i]) ** 2, 0)
  // 35 dB: a deviation of 4.5 levels.
  expect(squares / pixels.length).toBeLessThan(4.5 ** 2)
})
