import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleIdentity, traitsOf } from '../../src/demo/identity.js'
import { FaceRenderer } from '../../src/demo/render/face-renderer.js'
import { sampleAttributes } from '../../src/demo/sampling.js'
import { imageDoubts } from '../../src/doubts/image-doubts.js'
import { FaceDetector } from '../../src/faces/face-detector.js'
import { warpSimilarity } from '../../src/faces/warp.js'
import type { RawPixels } from '../../src/images/image.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { REAL } from '../shared.js'

const sources = (images: readonly RawPixels[]) => ({
  name: 'faces',
  imageCount: images.length,
  imageName: String,
  read: async (index: number) => images[index],
})
const kinds = async (images: readonly RawPixels[], detector?: FaceDetector) =>
  (await imageDoubts(sources(images), detector)).map(({ kind }) => kind)

/** Red for blue. */
function swapped(image: RawPixels): RawPixels {
  const data = Uint8Array.from(image.data, (_, i) => image.data[i + [2, 0, -2][i % 3]])
  return { ...image, data }
}

/** Scaled and shifted in its frame, in pixels of a crop. */
function moved(image: RawPixels, scale: number, shift: number): RawPixels {
  return warpSimilarity(image, { a: scale, b: 0, tx: 56 * (1 - scale) + shift, ty: 56 * (1 - scale) }, 112)
}

function rendered(preset: 'mild' | 'train'): RawPixels[] {
  const renderer = new FaceRenderer()
  return Array.from({ length: 20 }, (_, i) => {
    const identity = sampleIdentity(1, 'train', i)
    const attributes = sampleAttributes(1, 'train', i, 0, preset, traitsOf(identity))
    return { kind: 'pixels', width: 112, height: 112, data: renderer.render(identity, attributes) }
  })
}

it('swapped colours are told, faces of any complexion are not', async () => {
  for (const preset of ['mild', 'train'] as const) {
    const images = rendered(preset)
    expect(await kinds(images)).not.toContain('colours')
    expect(await kinds(images.map(swapped))).toContain('colours')
  }
  const grey = rendered('mild').map((image) => ({
    ...image,
    data: image.data.map((_, i) => image.data[i - (i % 3)]),
  }))
  expect(await kinds(grey)).not.toContain('colours')
})

describe.skipIf(!REAL)('measured by a detector (needs ../shared/real)', () => {
  const real = (name: string) => join(REAL ?? '', name)
  let detector: FaceDetector
  beforeAll(async () => {
    const path = real('yunet.onnx')
    const model = await loadModel(path, draftDescriptor(path, await readPorts(path)))
    detector = await FaceDetector.open(requireRole(model, 'detector'), {}, { threads: 1 })
  })
  afterAll(() => detector.close())

  const images = (folder: string) => {
    const files = readdirSync(real(folder)).filter((name) => name.endsWith('.jpg'))
    return Promise.all(files.map((name) => decodeImage(readFileSync(join(real(folder), name)), name)))
  }

  it('aligned faces are not doubted; photographs, and crops that are a little off, are', async () => {
    const aligned = await images('images')
    expect(await kinds(aligned, detector)).toEqual([])
    expect(await kinds(await images('raw'), detector)).toEqual(['alignment'])
    // What the check without a detector does not see.
    expect(await kinds(aligned.map((image) => moved(image, 1, 9)))).toEqual([])
    expect(
      await kinds(
        aligned.map((image) => moved(image, 1, 9)),
        detector,
      ),
    ).toEqual(['alignment'])
    const [doubt] = await imageDoubts(sources(aligned.map((image) => moved(image, 0.7, 0))), detector)
    expect(doubt.text).toMatch(
      /the five points \d+ % of the distance of the eyes away from ArcFace's template/,
    )
    expect(await kinds(aligned.map(swapped), detector)).toEqual(['colours'])
  })

  it('nor are rendered ones', async () => {
    expect(await kinds(rendered('mild'), detector)).toEqual([])
  })
})
