import fc from 'fast-check'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { PixelRoom } from '../../src/images/pixel-room.js'
import { decodeSmallJpeg } from '../../src/images/small-jpeg.js'

const jpeg = fc.record({
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 90 }),
  quality: fc.integer({ min: 1, max: 100 }),
  chromaSubsampling: fc.constantFrom('4:2:0', '4:4:4'),
  progressive: fc.boolean(),
  grey: fc.boolean(),
  noise: fc.integer({ min: 1, max: 97 }),
})

async function encode({
  width,
  height,
  grey,
  noise,
  ...how
}: typeof jpeg extends fc.Arbitrary<infer T> ? T : never) {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i * noise) >> 3)
  const image = sharp(data, { raw: { width, height, channels: 3 } })
  return (grey ? image.greyscale() : image).jpeg(how).toBuffer()
}

/** What libvips makes of it, neither turned nor changed by its profile. */
async function known(bytes: Uint8Array) {
  const image = sharp(bytes, { ignoreIcc: true }).removeAlpha().toColourspace('srgb')
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8Array(data) }
}

async function expectLibvipsPixels(bytes: Uint8Array): Promise<void> {
  const [small, expected] = [await decodeSmallJpeg(bytes), await known(bytes)]
  expect([small?.width, small?.height]).toEqual([expected.width, expected.height])
  expect(Buffer.compare(small?.data ?? new Uint8Array(0), expected.data)).toBe(0)
}

it("gives libvips' pixels, to the bit", () =>
  fc.assert(
    fc.asyncProperty(jpeg, async (of) => expectLibvipsPixels(await encode(of))),
    { numRuns: 25 },
  ))

const make = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#a64' } })

it('turns nothing and applies no profile, as libvips is told', async () => {
  await expectLibvipsPixels(await make(64).withMetadata({ orientation: 6 }).jpeg().toBuffer())
  await expectLibvipsPixels(await make(64).withIccProfile('p3').jpeg().toBuffer())
})

it('leaves to libvips what is large, cut short, damaged, of inks, or no JPEG', async () => {
  const whole = await make(64).jpeg().toBuffer()
  expect(await decodeSmallJpeg(whole)).toBeDefined()
  for (const [what, bytes] of Object.entries({
    large: await make(700).jpeg().toBuffer(),
    'cut short': whole.subarray(0, -2),
    damaged: Buffer.from(whole).fill(0, whole.indexOf(Buffer.of(0xff, 0xc4)) + 4, whole.length - 2),
    'of inks': await make(64).toColourspace('cmyk').jpeg().toBuffer(),
    png: await make(64).png().toBuffer(),
    nothing: new Uint8Array(0),
  }))
    expect(await decodeSmallJpeg(bytes), what).toBeUndefined()
})

it('puts pixels into memory that is there, if it is asked to', async () => {
  const room = new PixelRoom()
  const bytes = await encode({
    ...{ width: 20, height: 10, quality: 90, chromaSubsampling: '4:2:0' },
    ...{ progressive: false, grey: false, noise: 7 },
  })
  const first = await decodeSmallJpeg(bytes, room)
  expect((await decodeSmallJpeg(bytes, room))?.data).toBe(first?.data)
  expect(first?.data).toEqual((await decodeSmallJpeg(bytes))?.data)
})
