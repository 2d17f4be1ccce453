import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.js'
import { readRuns } from '../../src/images/bmp/runs.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { imageForm } from '../../src/images/image-type.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const SCRIPT = fileURLToPath(new URL('pillow_images.py', import.meta.url))

test.skipIf(!pythonHas('PIL', 'numpy'))(
  'JPEG, BMP, PNM, TIFF, GIF, PNG and WebP of every kind decode as Pillow decodes them, difference 0',
  async () => {
    const pillow = pythonJson<Record<string, string>>(SCRIPT, folder)
    expect(Object.keys(pillow).length).toBeGreaterThan(75)
    const different: string[] = []
    for (const [name, rgb] of Object.entries(pillow)) {
      const { width, height, data } = await decodeImage(readFileSync(`${folder}/${name}`), name)
      expect([name, width, height]).toEqual([name, 13, 7])
      if (!Buffer.from(data).equals(Buffer.from(rgb, 'base64'))) different.push(name)
    }
    expect(different).toEqual([])
  },
)

test('AVIF decodes, and its form is told', async () => {
  const pixels = { create: { width: 9, height: 5, channels: 3, background: '#804020' } } as const
  const bytes = await sharp(pixels).avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer()
  expect(imageForm(bytes)?.name).toBe('AVIF')
  const { width, height, data } = await decodeImage(bytes, 'x.avif')
  expect([width, height]).toEqual([9, 5])
  expect(Math.abs(data[0] - 0x80)).toBeLessThanOrEqual(1)
})

test('masks of any place and length are read, as the format says (Pillow knows six)', async () => {
  const head = Buffer.alloc(66)
  head.write('BM', 'latin1')
  head.writeUInt32LE(66, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(1, 18)
  head.writeInt32LE(1, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(32, 28)
  head.writeUInt32LE(3, 30)
  head.writeUInt32LE(0xffc00000, 54)
  head.writeUInt32LE(0x3, 58)
  head.writeUInt32LE(0xff0, 62)
  const { data } = await decodeImage(Buffer.concat([head, Buffer.from([0x71, 0x05, 0, 0x80])]), 'x.bmp')
  expect([...data]).toEqual([Math.floor((0x200 * 255) / 0x3ff), 85, 0x57])
})

test('a step over pixels leaves them at colour 0 (Pillow 9.4 takes the wrong bytes for the step)', () => {
  const runs = Uint8Array.of(1, 7, 0, 2, 2, 1, 1, 9, 0, 1)
  expect([...readRuns(runs, 4, 3, false)]).toEqual([7, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0])
})

describe('what does not decode is refused, whatever stands in it', () => {
  const bmp = Buffer.alloc(54)
  bmp.write('BM', 'latin1')
  bmp.writeUInt32LE(54, 10)
  bmp.writeUInt32LE(40, 14)
  bmp.writeInt32LE(4, 18)
  bmp.writeInt32LE(4, 22)
  bmp.writeUInt16LE(24, 28)

  test.for([
    ['a bitmap cut short', bmp, 'BMP: cut short'],
    ['a map cut short', Buffer.from('P6 4 4 255\nabc'), 'PNM: cut short'],
    ['a text map cut short', Buffer.from('P3 4 4 255\n1 2 3'), 'PNM: cut short'],
    ['a value beyond the most', Buffer.from('P2 1 1 7\n8'), 'PNM: the value 8, more than 7'],
    ['a map that claims a huge size', Buffer.from('P6 99999 99999 255\n'), 'exceeds the pixel limit'],
    ['a map of the most pixels', Buffer.from('P6 5792 5792 255\n'), 'PNM: cut short'],
    ['a map of more', Buffer.from('P6 5793 5793 255\n'), 'exceeds the pixel limit'],
    ['letters for numbers', Buffer.from('P3 2 x 255\n'), 'PNM: no number where one should be'],
  ] as const)('%s', async ([, bytes, message]) => {
    await expect(decodeImage(bytes, 'a/b')).rejects.toThrow(message)
  })

  test('a bitmap that claims a huge size', async () => {
    const huge = Buffer.from(bmp)
    huge.writeInt32LE(2 ** 30, 18)
    await expect(decodeImage(huge, 'a/b')).rejects.toThrow('exceeds the pixel limit')
  })

  test('any bytes after a true beginning end in pixels or an InputError', async () => {
    const start = fc.constantFrom(bmp, Buffer.from('P3 '), Buffer.from('P6 3 3 '), Buffer.from('P4 9 9\n'))
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 400 }), fc.nat(40), async (head, rest, change) => {
        const bytes = Buffer.concat([head, rest])
        if (change > 18 && change < bytes.length) bytes[change] ^= 0x55
        await decodeImage(bytes, 'x').catch((error) => expect(error).toBeInstanceOf(InputError))
      }),
      { numRuns: 300 },
    )
  })
})
