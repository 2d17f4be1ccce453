import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alignPhotographs } from '../../src/align/align-photographs.js'
import { readLandmarks } from '../../src/align/landmark-table.js'
import { openPhotographs } from '../../src/align/open-photographs.js'
import { demoPhotographs } from '../../src/demo/photographs.js'
import { writeDemoPhotographs } from '../../src/demo/write-photographs.js'
import { eyeContrast } from '../../src/doubts/alignment-doubts.js'
import { alignedCrop } from '../../src/faces/aligned-crop.js'
import { draftDescriptor, readPorts } from '../../src/models/draft-descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { openTestSet } from '../../src/test-sets/open-test-set.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'

const folder = scratchFolder()

describe('rendered photographs', () => {
  const all = [...demoPhotographs({ people: 4, imagesEach: 2, seed: 1 })]

  it('are of several sizes and of one to three people, and the same whenever they are asked for', () => {
    expect(new Set(all.map(({ width, height }) => `${width}x${height}`)).size).toBeGreaterThan(1)
    expect(new Set(all.map(({ people }) => people)).size).toBeGreaterThan(1)
    for (const { width, height, pixels } of all) expect(pixels.length).toBe(3 * width * height)
    const [first] = demoPhotographs({ people: 1, imagesEach: 1, seed: 1 })
    expect(Buffer.compare(Buffer.from(first.pixels), Buffer.from(all[0].pixels))).toBe(0)
  })

  it('have the landmarks that are told: aligned by them, eyes are dark where the template has them', () => {
    const contrasts = all.map(({ width, height, pixels, landmarks, person }) => {
      const crop = alignedCrop({ kind: 'pixels', width, height, data: pixels }, landmarks, 112, `${person}`)
      return eyeContrast(crop)
    })
    expect(contrasts.reduce((sum, value) => sum + value / contrasts.length, 0)).toBeGreaterThan(0.5)
  })
})

describe('the way from rendered photographs to a test set', () => {
  const out = join(folder, 'demo')

  it('a folder as LFW is published, whose crops open as a test set of ten folds', async () => {
    const written = await writeDemoPhotographs(out, { people: 20, imagesEach: 2, seed: 3 })
    expect(written).toEqual({ photographs: 40, pairs: 40 })
    expect(readdirSync(join(out, 'images'))).toHaveLength(20)
    const crops = join(folder, 'true')
    const photographs = await openPhotographs(join(out, 'pairs.txt'), {
      images: join(out, 'images'),
      out: folder,
    })
    const landmarks = await readLandmarks(join(out, 'landmarks.csv'))
    const settings = { size: 112, choose: 'insightface', detection: {} } as const
    const outcome = await alignPhotographs(photographs, { out: crops, landmarks, settings, noFace: 'fail' })
    expect(outcome).toMatchObject({ aligned: outcome.photographs, withoutFace: [] })
    const set = await openTestSet(join(out, 'pairs.txt'), { images: crops })
    expect(set.pairs.same.length).toBe(40)
    expect(new Set(set.folds).size).toBe(10)
    await set.close()
  })

  it.skipIf(!REAL)(
    'YuNet finds the person in front, near the true landmarks (needs ../shared/real)',
    async () => {
      const path = join(REAL ?? '', 'yunet.onnx')
      const model = await loadModel(path, draftDescriptor(path, await readPorts(path)))
      const found = join(folder, 'found')
      const outcome = await alignPhotographs(await openPhotographs(join(out, 'images'), { out: folder }), {
        out: found,
        detector: requireRole(model, 'detector'),
        settings: { size: 112, choose: 'insightface', detection: {} },
        noFace: 'fail',
      })
      expect(outcome.withoutFace).toEqual([])
      expect(outcome.several).toBeGreaterThan(5)
      const [truth, ours] = [
        await readLandmarks(join(out, 'landmarks.csv')),
        await readLandmarks(join(found, 'alignment.csv')),
      ]
      const errors = [...truth].map(([name, points]) => {
        const other = ours.get(name) ?? []
        const far = points.map((value, i) =>
          i % 2 === 0 ? Math.hypot(value - other[i], points[i + 1] - other[i + 1]) : 0,
        )
        return (
          far.reduce((sum, value) => sum + value / 5, 0) /
          Math.hypot(points[0] - points[2], points[1] - points[3])
        )
      })
      expect(errors.toSorted((a, b) => a - b)[errors.length >> 1]).toBeLessThan(0.15)
      expect(errors.filter((error) => error > 0.5)).toEqual([])
      expect(readFileSync(join(found, 'alignment.json'), 'utf8')).toContain('"finished": true')
    },
  )
})
