import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import { ATTRIBUTES } from '../../src/demo/attributes.js'
import { sampleIdentity } from '../../src/demo/identity.js'
import { realLikeImages } from '../../src/demo/real-like-images.js'
import { IMAGE_BYTES } from '../../src/demo/render/sensor.js'
import { dumpTrainingImages } from '../../training/training-dump.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()
const dump = async (
  name: string,
  change: { identities: number; images: number; firstIdentity: number; threads: number },
) => {
  const folder = join(scratch, name)
  await dumpTrainingImages({ seed: 1, preset: 'train', folder, ...change })
  return folder
}

describe('training images', () => {
  it('are NumPy files whose rows belong together', async () => {
    const folder = await dump('a', { identities: 3, images: 2, firstIdentity: 10, threads: 2 })
    const images = await readNpy(join(folder, 'images.npy'))
    expect([images.type, ...images.shape]).toEqual(['|u1', 6, 112, 112, 3])
    const labels = await readNpy(join(folder, 'identity.npy'))
    expect([...labels.data]).toEqual([10, 10, 11, 11, 12, 12])
    const people = await readNpy(join(folder, 'identities.npy'))
    const second = sampleIdentity(1, 'train', 11)
    expect(people.data.slice(second.length, 2 * second.length)).toEqual(second)
    const { columns } = JSON.parse(await readFile(join(folder, 'attributes.json'), 'utf8'))
    expect(columns).toEqual([...ATTRIBUTES, 'quality'])
    const attributes = await readNpy(join(folder, 'attributes.npy'))
    expect(attributes.shape).toEqual([6, columns.length])
  })

  it('are the same for any number of threads, identities and images', async () => {
    const all = await readNpy(
      join(await dump('b', { identities: 3, images: 2, firstIdentity: 10, threads: 1 }), 'images.npy'),
    )
    const one = await readNpy(
      join(await dump('c', { identities: 1, images: 1, firstIdentity: 11, threads: 2 }), 'images.npy'),
    )
    expect(one.data).toEqual(all.data.slice(2 * IMAGE_BYTES, 3 * IMAGE_BYTES))
  })

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
})
