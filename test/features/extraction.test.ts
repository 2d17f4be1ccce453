import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FeatureCache } from '../../src/features/cache.js'
import { extractFeatures, type ImageSource } from '../../src/features/extraction.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { QUICK } from '../quick.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'

const folder = scratchFolder()

describe.skipIf(!REAL)('extraction with a real network (needs ../shared/real)', async () => {
  const path = join(REAL ?? '', 'mobilefacenet.onnx')
  const open = async () => {
    const draft = draftDescriptor(path, await readPorts(path))
    return ModelSession.open(requireRole(await loadModel(path, draft), 'recogniser'), { threads: 2 })
  }
  const images = async () =>
    openTestSet(join(REAL ?? '', 'pairs.csv'), { images: join(REAL ?? '', 'images') })

  it('continues after an interruption, and ends with the same bytes', async () => {
    const session = await open()
    const source = await images()
    const whole = await extractFeatures(session, source, { mirrored: true })
    let reads = 0
    const failing: ImageSource = {
      name: source.name,
      imageCount: source.imageCount,
      fingerprint: source.fingerprint,
      imageName: (index) => source.imageName(index),
      read: (index) => {
        reads++
        if (index >= 15) throw new Error('killed')
        return source.read(index)
      },
    }
    const cache = new FeatureCache(join(folder, 'interrupted'))
    await expect(extractFeatures(session, failing, { mirrored: true, cache })).rejects.toThrow('killed')
    expect(reads).toBeGreaterThanOrEqual(15)
    // What a power cut leaves: half a row, and zeros.
    for (const name of readdirSync(join(folder, 'interrupted'))) {
      appendFileSync(join(folder, 'interrupted', name), Buffer.alloc(700))
    }
    const resumed = await extractFeatures(session, source, { mirrored: true, cache })
    expect(resumed.fromCache).toBeGreaterThan(20)
    expect(resumed.plain).toEqual(whole.plain)
    expect(resumed.mirrored).toEqual(whole.mirrored)
    const cached = await extractFeatures(session, source, { mirrored: true, cache })
    expect(cached.fromCache).toBe(50)
    expect(cached.plain).toEqual(whole.plain)
    await session.close()
    await source.close()
  })

  it('names an image of another size, and the remedy', async () => {
    const session = await open()
    const source = await openTestSet(join(REAL ?? '', 'pairs.csv'), { images: join(REAL ?? '', 'raw') })
    await expect(extractFeatures(session, source, { mirrored: false })).rejects.toThrow(
      /img\d+\.jpg: the image is \d+x\d+ pixels, the network takes 112x112; align and crop it/,
    )
    await session.close()
    await source.close()
  })
})

describe.skipIf(!REAL)('extraction in threads (needs ../shared/real)', async () => {
  const path = join(REAL ?? '', 'mobilefacenet.onnx')
  const draft = draftDescriptor(path, await readPorts(path))
  const model = requireRole(await loadModel(path, draft), 'recogniser')

  it.skipIf(QUICK)('gives the same bytes, in the same order, as one thread does', async () => {
    const source = await openTestSet(join(REAL ?? '', 'real-pairs.bin'))
    const features = async (threads: number) => {
      const session = await ModelSession.open(model, { threads })
      const { plain } = await extractFeatures(session, source, { mirrored: false })
      await session.close()
      return plain
    }
    expect(await features(2)).toEqual(await features(1))
    await source.close()
  })

  it('names the image that does not decode', async () => {
    const source = await openTestSet(join(REAL ?? '', 'real-pairs.bin'))
    const session = await ModelSession.open(model, { threads: 2 })
    const broken: ImageSource = {
      name: 'broken',
      imageCount: 300,
      fingerprint: 'f'.repeat(64),
      imageName: (index) => `image ${index}`,
      read: async (index) =>
        index === 200 ? { kind: 'encoded', bytes: new Uint8Array(9) } : source.read(index),
    }
    await expect(extractFeatures(session, broken, { mirrored: false })).rejects.toThrow(
      /^image 200: the image does not decode/,
    )
    await session.close()
    await source.close()
  })
})
