import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage, toPixels } from '../../src/images/image-decoding.js'
import { imageForm } from '../../src/images/image-type.js'
import { pythonHas, runPython } from '../python.js'
import { REAL } from '../shared.js'

const hasPillow = pythonHas('PIL')

/** What Pillow (libjpeg-turbo) makes of the same bytes, as RGB rows. */
function pillow(bytes: Uint8Array): Buffer {
  const script =
    'import sys,io;from PIL import Image;sys.stdout.buffer.write(Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB").tobytes())'
  return runPython(['-c', script], bytes)
}

/** A coloured pattern with edges and noise, so that every step of the decoder shows. */
const width = 61
const height = 47
const pattern = sharp(
  Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + (i >> 5) * 57) % 256),
  { raw: { width, height, channels: 3 } },
)

describe('decoded images equal Pillow, difference 0', () => {
  test.skipIf(!hasPillow).for([
    ['JPEG, chroma halved', () => pattern.clone().jpeg({ quality: 70 })],
    ['JPEG, full chroma', () => pattern.clone().jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
    ['progressive JPEG', () => pattern.clone().jpeg({ progressive: true })],
    ['grey JPEG', () => pattern.clone().greyscale().jpeg()],
    ['palette PNG', () => pattern.clone().png({ palette: true })],
    ['plain PNG', () => pattern.clone().png()],
    ['WebP', () => pattern.clone().webp({ quality: 80 })],
    [
      'JPEG with an orientation, which is not applied',
      () => pattern.clone().withMetadata({ orientation: 6 }).jpeg(),
    ],
  ] as const)('%s', async ([, encode]) => {
    const bytes = await encode().toBuffer()
    const decoded = await decodeImage(bytes, 'pattern')
    expect([decoded.width, decoded.height]).toEqual([width, height])
    expect(Buffer.from(decoded.data).equals(pillow(bytes))).toBe(true)
  })

  test.skipIf(!hasPillow || REAL === undefined)('real photographs (needs ../shared/real)', async () => {
    for (let i = 1; i <= 5; i++) {
      const bytes = readFileSync(`${REAL}/images/img${i}.jpg`)
      const decoded = await decodeImage(bytes, `img${i}.jpg`)
      expect(Buffer.from(decoded.data).equals(pillow(bytes))).toBe(true)
    }
  })
})

test('transparency is dropped without blending', async () => {
  const rgba = Uint8Array.of(10, 20, 30, 0, 200, 100, 50, 128)
  const bytes = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
    .png()
    .toBuffer()
  expect([...(await decodeImage(bytes, 'x.png')).data]).toEqual([10, 20, 30, 200, 100, 50])
})

test('pixels pass through', async () => {
  const pixels = { kind: 'pixels', width: 1, height: 1, data: Uint8Array.of(1, 2, 3) } as const
  expect(await toPixels(pixels, 'x')).toBe(pixels)
})

describe('what does not decode is named', () => {
  const refused = (bytes: Uint8Array) => decodeImage(bytes, 'lfw.bin#12')

  test('a JPEG that is cut short', async () => {
    const bytes = await pattern.clone().jpeg().toBuffer()
    await expect(refused(bytes.subarray(0, bytes.length / 2))).rejects.toThrow(
      /^lfw\.bin#12: the image does not decode \(.*\); replace or remove it$/,
    )
  })

  test('text, nothing, and SVG, which could name other files', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    await expect(refused(Buffer.alloc(0))).rejects.toThrow('does not decode (it has no bytes)')
    for (const text of ['hello', svg]) {
      await expect(refused(Buffer.from(text))).rejects.toThrow(
        'lfw.bin#12: the image does not decode (it is no',
      )
    }
  })

  test('a small file that claims a huge image', async () => {
    const png = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    expect(png.length).toBeLessThan(1_000_000)
    await expect(refused(png)).rejects.toThrow('exceeds pixel limit')
  })
})

test('the form is told from the first bytes', async () => {
  expect(imageForm(await pattern.clone().jpeg().toBuffer())?.name).toBe('JPEG')
  expect(imageForm(await pattern.clone().webp().toBuffer())?.name).toBe('WebP')
  expect(imageForm(Buffer.from('BM'))).toBeUndefined()
})
