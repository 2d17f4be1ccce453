import { expect, it } from 'vitest'
import { realLikeImages } from '../../src/demo/real-like-images.js'

it('images that stand for real ones are the same for any count', async () => {
  const take = async (count: number) => {
    const images: Uint8Array[] = []
    for await (const image of realLikeImages(count, 3)) images.push(image.slice())
    return images
  }
  const three = await take(3)
  expect(three).toHaveLength(3)
  expect(await take(2)).toEqual(three.slice(0, 2))
})
