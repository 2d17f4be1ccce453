import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ImageSource } from '../../src/features/extraction.js'
import { openImageSet } from '../../src/features/open-image-set.js'
import { streamStatistics } from '../../src/features/streamed-statistics.js'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { descriptorSchema } from '../../src/models/descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { Graph } from '../../src/onnx/graph.js'
import { encodeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const IMAGES = 90
const SIDE = 4
const NUMBERS = 3 * SIDE * SIDE

const pixels = Array.from({ length: IMAGES }, (_, image) => {
  const random = new RandomStream(1, 'pixels', image)
  return Uint8Array.from({ length: NUMBERS }, () => random.nextInt(256))
})

/** A network whose features are its input: channel after channel, 0 .. 1. */
async function openPixels() {
  const path = join(folder, 'pixels.onnx')
  writeFileSync(
    path,
    encodeGraph(
      Graph.of({
        nodes: [{ opType: 'Flatten', inputs: ['x'], outputs: ['y'], attributes: { axis: 1 } }],
        inputs: [{ name: 'x', type: 'float32', shape: ['batch', 3, SIDE, SIDE] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['batch', NUMBERS] }],
      }),
    ),
  )
  const descriptor = descriptorSchema.parse({
    name: 'pixels',
    role: 'features',
    batch: { min: 1, max: 16 },
    input: { name: 'x', size: [SIDE, SIDE], mean: [0, 0, 0], std: [1, 1, 1] },
    output: { name: 'y', size: NUMBERS },
  })
  return ModelSession.open(requireRole(await loadModel(path, descriptor), 'features'), { threads: 1 })
}

const wanted = (order: readonly Uint8Array[]) => {
  const data = new Float32Array(order.length * NUMBERS)
  order.forEach((image, row) => {
    for (let i = 0; i < NUMBERS; i++) {
      const channel = i % 3
      data[row * NUMBERS + channel * SIDE * SIDE + (i - channel) / 3] = image[i] / 255
    }
  })
  return featureStatistics({ rows: order.length, columns: NUMBERS, data }, 'wanted')
}

beforeAll(async () => {
  for (const [layout, identities] of [
    ['flat', 1],
    ['dataset', 9],
  ] as const) {
    for (const [image, data] of pixels.entries()) {
      const identity = String(Math.floor((image * identities) / IMAGES)).padStart(3, '0')
      const place = layout === 'flat' ? join(folder, layout) : join(folder, layout, identity)
      mkdirSync(place, { recursive: true })
      const png = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toBuffer()
      writeFileSync(join(place, `${String(image).padStart(3, '0')}.png`), png)
    }
  }
})

describe('statistics of images, without keeping features', () => {
  test.for(['flat', 'dataset'])('of a folder (%s) are those of their pixels', async (layout) => {
    const session = await openPixels()
    const images = await openImageSet(join(folder, layout))
    expect(images.imageCount).toBe(IMAGES)
    expect(await streamStatistics(session, images)).toEqual(await wanted(pixels))
    await images.close()
    await session.close()
  })

  test('are gone on with after an interruption, to the same last bit, and kept', async () => {
    const session = await openPixels()
    const images = await openImageSet(join(folder, 'dataset'))
    const reads: number[] = []
    const counting = (limit: number): ImageSource => ({
      name: images.name,
      imageCount: images.imageCount,
      fingerprint: images.fingerprint,
      imageName: (index) => images.imageName(index),
      read: (index) => {
        reads.push(index)
        if (index >= limit) throw new Error('killed')
        return images.read(index)
      },
    })
    const kept = { folder: join(folder, 'kept'), batch: 10, every: 20 }
    await expect(streamStatistics(session, counting(55), kept)).rejects.toThrow('killed')
    expect(readdirSync(kept.folder)).toEqual([expect.stringMatching(/\.part\.npz$/)])
    reads.length = 0
    expect(await streamStatistics(session, counting(IMAGES), kept)).toEqual(await wanted(pixels))
    expect(reads[0]).toBe(40)
    expect(readdirSync(kept.folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.npz$/)])
    reads.length = 0
    expect(await streamStatistics(session, counting(0), kept)).toEqual(await wanted(pixels))
    expect(reads).toEqual([])
    await images.close()
    await session.close()
  })

  test('a damaged file among the kept ones is made again', async () => {
    const session = await openPixels()
    const images = await openImageSet(join(folder, 'flat'))
    const kept = { folder: join(folder, 'damaged') }
    await streamStatistics(session, images, kept)
    const [name] = readdirSync(kept.folder)
    writeFileSync(join(kept.folder, name), 'PK')
    expect(await streamStatistics(session, images, kept)).toEqual(await wanted(pixels))
    await session.close()
  })

  test('a broken image is named', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'a.png'), 'no picture')
    const session = await openPixels()
    await expect(streamStatistics(session, await openImageSet(broken))).rejects.toThrow(join(broken, 'a.png'))
    await session.close()
  })
})
