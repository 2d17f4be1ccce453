import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { DatasetReader, DatasetRecord } from '../../src/datasets/dataset.js'
import { brightnesses } from '../../src/features/image-measures.js'

async function dataset(colours: string[]): Promise<DatasetReader> {
  const images = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 5, height: 3, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  async function* records(): AsyncGenerator<DatasetRecord> {
    for (const [image, bytes] of images.entries()) yield { identity: 0, image, bytes }
  }
  return { format: 'folder', path: 'colours', grouped: true, records, close: async () => {} }
}

test('brightness is the luma of Rec. 601, from black 0 to white 1', async () => {
  const reader = await dataset(['#000000', '#ffffff', '#ff0000', '#00ff00', '#0000ff', '#808080'])
  const found = await brightnesses(reader, 6)
  for (const [i, expected] of [0, 1, 0.299, 0.587, 0.114, 128 / 255].entries())
    expect(found[i]).toBeCloseTo(expected, 12)
})

test('says that there are fewer images than features', async () => {
  await expect(brightnesses(await dataset(['#000000']), 2)).rejects.toThrow(
    'colours: there are 1 images, the features have 2',
  )
})
