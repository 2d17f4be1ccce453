import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_ALIGN } from '../../../src/generate/align/align-plan.js'
import { type DatasetRequest, generateDataset } from '../../../src/generate/generate-dataset.js'
import { decodeImage } from '../../../src/images/image-decoding.js'
import { GraphBuilder } from '../../../src/onnx/graph-builder.js'
import { writeGraph } from '../../../src/onnx/write-graph.js'
import { silent } from '../../../src/progress.js'
import { RandomStream } from '../../../src/random/philox.js'
import { scratchFolder } from '../../scratch.js'
import { REAL } from '../../shared.js'
import { contentOf, randomVectors, writeVectors } from '../generation-inputs.js'

const IDENTITIES = 3
const IMAGES = 4

describe.skipIf(REAL === undefined)('generated photographs (skipped without ../shared/real)', () => {
  const folder = scratchFolder()
  const generator = join(folder, 'photographer.onnx')
  const detector = join(REAL ?? '', 'yunet.onnx')
  let request: DatasetRequest

  /** A generator that shows a photograph where its noise is above 0, and nothing where it is below. */
  beforeAll(async () => {
    const [name] = readdirSync(join(REAL ?? '', 'raw'))
      .filter((file) => /\.jpe?g$/i.test(file))
      .sort()
    const { data, width, height } = await decodeImage(readFileSync(join(REAL ?? '', 'raw', name)), name)
    const planes = Float32Array.from({ length: data.length }, (_, i) => {
      const [channel, place] = [Math.floor(i / (width * height)), i % (width * height)]
      return data[place * 3 + channel] / 127.5 - 1
    })
    const g = new GraphBuilder()
    const vector = g.floatInput('vector', ['batch', 4])
    const noise = g.floatInput('noise', ['batch', 1])
    const shown = g.reshape(g.node('Greater', [noise, g.floats(0)]), [-1, 1, 1, 1])
    const photograph = g.weight('photograph', [1, 3, height, width], () => planes)
    const nothing = g.reshape(g.mul(g.slice(vector, 1, 0, 1), g.floats(0)), [-1, 1, 1, 1])
    g.output('image', g.node('Where', [shown, photograph, nothing]), ['batch', 3, height, width])
    await writeGraph(g.graph, generator)
    const descriptor = {
      ...{ name: 'photographer', role: 'generator', batch: { min: 1, max: 3 } },
      ...{ input: { size: 4, noise: { shape: [1] } }, output: { size: [height, width] } },
    }
    writeFileSync(join(folder, 'photographer.yaml'), JSON.stringify(descriptor))
    request = {
      generator,
      identities: await writeVectors(join(folder, 'vectors.npy'), randomVectors(IDENTITIES, 4), 4),
      imagesPerIdentity: IMAGES,
      sigmas: [{ sigma: 0, share: 1 }],
      seed: 4,
      quality: 95,
      align: { detector, settings: DEFAULT_ALIGN },
    }
  })

  /** Photographs that are made of an image until its noise is above 0. */
  function attemptsOf(identity: number, image: number): number {
    for (let attempt = 0; ; attempt++) {
      const stream = attempt === 0 ? 'generator noise' : `generator noise, attempt ${attempt}`
      const drawn = new Float32Array(1)
      new RandomStream(4, stream, identity, image).fillNormal(drawn)
      if (drawn[0] > 0) return attempt + 1
    }
  }

  test('become aligned crops; those without a face are drawn again with the next noise, and counted', async () => {
    const options = { formats: ['folder'], progress: silent, threads: 1 } as const
    const manifest = await generateDataset(request, join(folder, 'one'), options)
    const attempts = Array.from({ length: IDENTITIES * IMAGES }, (_, i) =>
      attemptsOf(Math.floor(i / IMAGES), i % IMAGES),
    )
    expect(Math.max(...attempts)).toBeGreaterThan(1)
    expect(manifest.align).toEqual({
      aligned: IDENTITIES * IMAGES,
      drawnAgain: attempts.filter((made) => made > 1).length,
      withoutFace: attempts.reduce((sum, made) => sum + made - 1, 0),
    })
    expect(manifest.plan.align).toMatchObject({ detector: { name: 'yunet' }, size: 112, face: 'insightface' })
    const crop = await decodeImage(readFileSync(join(folder, 'one/folder/000000/000.jpg')), 'crop')
    expect([crop.width, crop.height]).toEqual([112, 112])
    const smallParts = await generateDataset({ ...request, partIdentities: 1 }, join(folder, 'two'), {
      ...options,
      threads: 2,
    })
    expect(smallParts.content).toEqual(manifest.content)
    expect(Object.keys(await contentOf(join(folder, 'one')))).toHaveLength(IDENTITIES * IMAGES + 1)
  })

  test('of which none shows a face end the run, with the image named', async () => {
    const settings = { ...DEFAULT_ALIGN, attempts: 1 }
    const failing = generateDataset({ ...request, align: { detector, settings } }, join(folder, 'fails'), {
      ...{ formats: ['folder'], progress: silent, threads: 1 },
    })
    await expect(failing).rejects.toThrow(/identity \d, image \d .*: no face is found in its photograph/)
  })
})
