import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { imageDoubts } from '../../src/doubts/image-doubts.js'
import { RandomStream } from '../../src/random/philox.js'
import { REAL } from '../shared.js'

const decode = async (image: Sharp) => {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { kind: 'pixels' as const, width: info.width, height: info.height, data: Uint8Array.from(data) }
}
/** The images of a folder, changed. */
const doubtsOf = (folder: string, change: (image: Sharp) => Sharp) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jpg'))
  return imageDoubts({
    name: 'faces',
    imageCount: files.length,
    imageName: (index) => files[index],
    read: async (index) =>
      decode(
        sharp(
          await change(sharp(readFileSync(join(folder, files[index]))))
            .png()
            .toBuffer(),
        ),
      ),
  })
}

describe.skipIf(!REAL)('alignment, on photographs (needs ../shared/real)', () => {
  const [aligned, raw] = ['images', 'raw'].map((name) => join(REAL ?? '', name))

  it.each<[string, (image: Sharp) => Sharp]>([
    ['as they are', (image) => image],
    ['brighter and flat', (image) => image.linear(0.4, 120)],
    ['dark', (image) => image.linear(0.3, 0)],
    ['mirrored', (image) => image.flop()],
    ['grey', (image) => image.greyscale().toColourspace('srgb')],
    ['of another size', (image) => image.resize(224, 224)],
    ['small', (image) => image.resize(56, 56)],
  ])('aligned faces are not doubted: %s', async (_, change) => {
    expect(await doubtsOf(aligned, change)).toEqual([])
  })

  it.each<[string, string, (image: Sharp) => Sharp]>([
    ['photographs squeezed to a square', raw, (image) => image.resize(112, 112, { fit: 'fill' })],
    ['their middles', raw, (image) => image.resize(112, 112, { fit: 'cover' })],
    ['aligned faces upside down', aligned, (image) => image.flip()],
    ['aligned faces on their side', aligned, (image) => image.rotate(90)],
  ])('%s are doubted', async (_, folder, change) => {
    const [doubt] = await doubtsOf(folder, change)
    expect(doubt?.text).toMatch(
      /^faces: the images look unaligned \((likely|quite sure)\): .* in \d+ of 25 images/,
    )
  })

  it('aligned faces sixteen pixels too low are doubted', async () => {
    const files = readdirSync(aligned)
    const read = async (index: number) => {
      const image = await decode(sharp(join(aligned, files[index])))
      const data = new Uint8Array(image.data.length)
      data.set(image.data.subarray(0, image.data.length - 16 * 112 * 3), 16 * 112 * 3)
      return { ...image, data }
    }
    const doubts = await imageDoubts({ name: 'faces', imageCount: files.length, imageName: String, read })
    expect(doubts).toHaveLength(1)
  })
})

it('a few images tell nothing', async () => {
  const noise = new Uint8Array(116 * 112 * 3)
  const random = new RandomStream(1, 'noise')
  for (let i = 0; i < noise.length; i++) noise[i] = random.nextInt(256)
  const read = async () => ({ kind: 'pixels' as const, width: 112, height: 112, data: noise })
  expect(await imageDoubts({ name: 'x', imageCount: 5, imageName: String, read })).toEqual([])
})
