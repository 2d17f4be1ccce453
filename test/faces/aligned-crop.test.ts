import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readLandmarks } from '../../src/align/landmark-table.js'
import { alignedCrop, alignment, centreCrop, templateOf } from '../../src/faces/aligned-crop.js'
import type { RawPixels } from '../../src/images/image.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { RandomStream } from '../../src/random/philox.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'

const folder = scratchFolder()
const SCRIPT = fileURLToPath(new URL('./warp.py', import.meta.url))

interface Case {
  readonly image: RawPixels
  readonly points: readonly number[]
  readonly size: number
}

/** Transforms and crops as scikit-image and OpenCV make them. */
function references(cases: readonly Case[]) {
  const described = cases.map(({ image, points, size }, i) => {
    const pixels = join(folder, `${i}.rgb`)
    writeFileSync(pixels, image.data)
    return { points, size, width: image.width, height: image.height, pixels, crop: join(folder, `${i}.crop`) }
  })
  const file = join(folder, 'cases.json')
  writeFileSync(file, JSON.stringify(described))
  const matrices = pythonJson<number[][]>(SCRIPT, file)
  return matrices.map((matrix, i) => ({ matrix, crop: readFileSync(described[i].crop) }))
}

/** The share of numbers that differ, and the largest difference. */
function difference(a: Uint8Array, b: Uint8Array) {
  let most = 0
  let other = 0
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    if (a[i] !== b[i]) other++
  }
  return { most, share: other / a.length }
}

function expectReferences(cases: readonly Case[]): void {
  for (const [i, { matrix, crop }] of references(cases).entries()) {
    const { image, points, size } = cases[i]
    const { a, b, tx, ty } = alignment(points, size, '')
    for (const [k, value] of [a, -b, tx, b, a, ty].entries())
      expect(Math.abs(value - matrix[k])).toBeLessThan(1e-6)
    const found = difference(alignedCrop(image, points, size, '').data, crop)
    // A position that lies between two 32nds may be rounded the other way, since the transforms differ in their last digits.
    expect(found.most).toBeLessThanOrEqual(1)
    expect(found.share).toBeLessThan(1e-3)
  }
}

describe.skipIf(!pythonHas('skimage', 'cv2'))('transforms are scikit-image’s and crops OpenCV’s', () => {
  it('for faces anywhere, turned, at every size that has a template, and beyond the border', () => {
    const stream = new RandomStream(2, 'faces')
    const cases = Array.from({ length: 40 }, (_, i): Case => {
      const [width, height] = [40 + stream.nextInt(200), 40 + stream.nextInt(200)]
      const data = Uint8Array.from({ length: 3 * width * height }, () => stream.nextInt(256))
      const angle = 6.28 * stream.next()
      const scale = 0.2 + 3 * stream.next()
      const points = templateOf(112).flatMap(([x, y]) => {
        const [u, v] = [
          (x - 56) * scale + 3 * stream.nextNormal(),
          (y - 70) * scale + 3 * stream.nextNormal(),
        ]
        return [
          width / 2 + Math.cos(angle) * u - Math.sin(angle) * v,
          height / 2 + Math.sin(angle) * u + Math.cos(angle) * v,
        ]
      })
      return { image: { kind: 'pixels', width, height, data }, points, size: [112, 224, 128, 256][i % 4] }
    })
    expectReferences(cases)
  })

  it.skipIf(!REAL)('for the real photographs and their landmarks (needs ../shared/real)', async () => {
    const raw = join(REAL ?? '', 'raw')
    const landmarks = await readLandmarks(join(raw, 'landmarks.csv'))
    expect(landmarks.size).toBe(25)
    const cases: Case[] = []
    for (const [name, points] of landmarks)
      cases.push({ image: await decodeImage(readFileSync(join(raw, name)), name), points, size: 112 })
    expectReferences(cases)
  })
})

it('the middle of a photograph is its largest square, pixels of its size as they are', () => {
  const data = Uint8Array.from({ length: 3 * 112 * 150 }, (_, i) => Math.floor(i / 3 / 150))
  const crop = centreCrop({ kind: 'pixels', width: 150, height: 112, data }, 112)
  expect(crop.data).toEqual(Uint8Array.from({ length: 3 * 112 * 112 }, (_, i) => Math.floor(i / 3 / 112)))
})

it('a size without a template is refused', () => {
  expect(() => templateOf(120)).toThrow(
    'crops of 120 pixels have no template; ask for a multiple of 112 or of 128',
  )
})
