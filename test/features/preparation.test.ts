import { expect, test } from 'vitest'
import { demoFile } from '../../src/demo/demo-files.js'
import { InputError } from '../../src/errors.js'
import { type FeatureBatch, inferFeatures, type NamedImage } from '../../src/features/inference.js'
import { encodeJpeg } from '../../src/images/jpeg/encode-jpeg.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { RandomStream } from '../../src/random/philox.js'

const SIDE = 112
const model = requireRole(await loadModel(demoFile('demo-recogniser-b.onnx') ?? ''), 'recogniser')

const images = await Promise.all(
  Array.from({ length: 21 }, async (_, i): Promise<NamedImage> => {
    const random = new RandomStream(i, 'image')
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.nextInt(256))
    const bytes = encodeJpeg(pixels, SIDE, SIDE, { quality: 75, chromaSubsampling: '4:2:0' })
    return { image: { kind: 'encoded', bytes }, where: `image ${i}` }
  }),
)
const broken: NamedImage = { image: { kind: 'encoded', bytes: new Uint8Array(9) }, where: 'the broken one' }

async function features(
  of: readonly NamedImage[],
  preparationThreads: number,
  skipUnreadable = false,
  networkThreads = 0,
): Promise<FeatureBatch[]> {
  const session = await ModelSession.open(model, { threads: 1 })
  const batches: FeatureBatch[] = []
  const options = {
    plain: true,
    mirrored: true,
    batch: 10,
    preparationThreads,
    networkThreads,
    skipUnreadable,
  }
  try {
    const range = { start: 0, end: of.length }
    for await (const batch of inferFeatures(session, async (i) => of[i], range, options)) batches.push(batch)
  } finally {
    await session.close()
  }
  return batches
}

test('images prepared in threads give the same bytes, in the same order', async () => {
  const here = await features(images, 0)
  expect(here.map(({ start, count }) => [start, count])).toEqual([
    [0, 10],
    [10, 10],
    [20, 1],
  ])
  expect(await features(images, 2)).toEqual(here)
})

test('networks in threads of their own, as a GPU has them, give the same bytes in the same order', async () => {
  const some = [...images, ...images, ...images, broken, ...images]
  const here = await features(some, 0, true)
  expect(await features(some, 2, true, 2)).toEqual(here)
  expect(await features(some, 0, true, 1)).toEqual(here)
})

test('a network that fails in a thread says so, as it would here', async () => {
  const none = { ...model, path: '/nowhere/network.onnx' }
  const session = ModelSession.deferred(none, { threads: 1 })
  const options = { plain: true, mirrored: false, networkThreads: 2 }
  const all = async () => {
    for await (const _ of inferFeatures(session, async (i) => images[i], { start: 0, end: 3 }, options));
  }
  await expect(all()).rejects.toThrow(/network\.onnx/)
  await expect(all()).rejects.toBeInstanceOf(InputError)
})

test('one that does not decode is left out, or ends it, with its name', async () => {
  const some = [...images.slice(0, 13), broken, ...images.slice(13)]
  const here = await features(some, 0, true)
  expect(here.flatMap(({ leftOut }) => leftOut.map(({ index, where }) => [index, where]))).toEqual([
    [13, 'the broken one'],
  ])
  expect(await features(some, 2, true)).toEqual(here)
  await expect(features(some, 2)).rejects.toThrow(/^the broken one: the image does not decode/)
})

test('who stops early leaves no network running, and nothing is read on', async () => {
  const session = await ModelSession.open(model, { threads: 1 })
  let read = 0
  const one = async () => {
    read++
    return images[0]
  }
  const options = { plain: true, mirrored: false, batch: 2, preparationThreads: 1 }
  for await (const _ of inferFeatures(session, one, { start: 0, end: 1000 }, options)) break
  await session.close()
  const after = read
  expect(after).toBeLessThan(20)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(read).toBe(after)
})
