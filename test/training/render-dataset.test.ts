import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { DatasetRecord } from '../../src/datasets/dataset.js'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { trainingImages } from '../../src/demo/training-images.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { renderDataset } from '../../training/render-dataset.js'
import { scratchFolder } from '../scratch.js'

const scratch = scratchFolder()

async function records(name: string, firstIdentity: number, identities: number) {
  const path = join(scratch, name)
  await renderDataset({
    identities,
    images: 2,
    seed: 1,
    largestYaw: 90,
    turnedFrom: 0,
    leastClarity: 0,
    firstIdentity,
    format: 'folder',
    path,
    threads: 1,
  })
  const reader = await openDataset(path)
  const found: DatasetRecord[] = []
  for await (const record of reader.records()) found.push(record)
  await reader.close()
  return found
}

it('rendered training datasets show the identities asked for, each image the same whatever is beside it', async () => {
  const all = await records('all', 10, 3)
  expect(all.map(({ identity, image }) => [identity, image])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
  ])
  const [first] = await records('second alone', 11, 1)
  expect(Buffer.from(first.bytes).equals(all[2].bytes)).toBe(true)

  const { data } = await decodeImage(all[2].bytes, 'image')
  for await (const { pixels } of trainingImages({ identities: 1, imagesEach: 1, firstIdentity: 11 })) {
    const difference = pixels.reduce((sum, value, i) => sum + Math.abs(value - data[i]), 0) / pixels.length
    expect(difference).toBeLessThan(4)
  }
}, 60_000)
