import sharp from 'sharp'
import { expect, test } from 'vitest'
import { JpegEncoder } from '../../src/images/jpeg.js'
import { RandomStream } from '../../src/random/philox.js'

const SIZE = 112

/** A picture with all colours and some grain, as images of a generator have. */
function picture(): Uint8Array {
  const grain = new RandomStream(1, 'grain')
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    const [x, y] = [pixel % SIZE, Math.floor(pixel / SIZE)]
    return 128 + 100 * Math.sin((x * ((i % 3) + 1) + y) / 40) + 6 * grain.nextNormal()
  })
}

/** Mean square of the differences between two pictures. */
function meanSquare(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length
}

test('an image survives with the quality and the colours asked for, as well as sharp keeps it', async () => {
  const pixels = picture()
  for (const [quality, chromaSubsampling] of [
    [75, '4:2:0'],
    [95, '4:4:4'],
  ] as const) {
    const bytes = new JpegEncoder({ quality, chromaSubsampling }, SIZE, SIZE).encode(pixels)
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: SIZE, height: SIZE, channels: 3 })
    expect((await sharp(bytes).metadata()).chromaSubsampling).toBe(chromaSubsampling)
    const raw = { width: SIZE, height: SIZE, channels: 3 } as const
    const other = await sharp(pixels, { raw }).jpeg({ quality, chromaSubsampling }).toBuffer()
    const loss = meanSquare(pixels, data)
    expect(loss).toBeGreaterThan(0)
    // 1.1 is 0.4 dB.
    expect(loss).toBeLessThan(1.1 * meanSquare(pixels, await sharp(other).raw().toBuffer()))
  }
})

test('what was encoded stays as it was when the next image is', () => {
  const encoder = new JpegEncoder({ quality: 75, chromaSubsampling: '4:2:0' }, SIZE, SIZE)
  const first = encoder.encode(picture())
  const copy = Uint8Array.from(first)
  encoder.encode(picture().reverse())
  expect(first).toEqual(copy)
  expect(encoder.encode(picture())).toEqual(first)
})
