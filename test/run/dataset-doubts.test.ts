import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { DatasetReader, DatasetRecord } from '../../src/datasets/dataset.js'
import { loadModel } from '../../src/models/model.js'
import type { Metric } from '../../src/results/metric.js'
import { datasetDoubts } from '../../src/run/dataset-doubts.js'
import { REAL } from '../shared.js'

/** One image an identity. */
function datasetOf(images: readonly Uint8Array[]): DatasetReader {
  return {
    format: 'test',
    path: 'faces',
    grouped: true,
    async *records() {
      for (const [identity, bytes] of images.entries()) yield { identity, image: 0, bytes } as DatasetRecord
    },
    close: async () => {},
  }
}
const recogniser = await loadModel('models/demo/demo-recogniser-a.yaml')
const doubtsOf = (images: readonly Uint8Array[], metrics: readonly Metric[] = [], model = recogniser) =>
  datasetDoubts({ id: 'faces', open: async () => datasetOf(images) }, [{ id: 'net', value: model }], metrics)
const similarity = (value: number): Metric => ({
  family: 'average identity similarity',
  parameters: {},
  by: 'net',
  value,
  count: 1000,
  better: 'lower',
})

describe('the doubts of a dataset', () => {
  it('are none where nothing is odd', async () => {
    expect(await doubtsOf([], [similarity(0.02)])).toEqual([])
  })

  it('are identities that are all alike, whether they were measured now or come from the cache', async () => {
    const [doubt] = await doubtsOf([], [similarity(0.99)])
    expect(doubt).toMatchObject({ kind: 'features', about: 'net' })
    expect(doubt.text).toMatch(
      /^net on faces: all features are alike \(mean cosine similarity of two of them 0\.990/,
    )
  })

  it('are how its networks are fed', async () => {
    const { descriptor } = recogniser
    if (descriptor.role !== 'recogniser') throw new Error('no recogniser')
    const odd = {
      ...recogniser,
      descriptor: { ...descriptor, input: { ...descriptor.input, mean: [2, 2, 2] } },
    }
    expect(await doubtsOf([], [], odd as typeof recogniser)).toMatchObject([
      { kind: 'input range', about: 'net' },
    ])
  })

  it.skipIf(!REAL)('are images that look unaligned (needs ../shared/real)', async () => {
    const images = (folder: string) =>
      readdirSync(join(REAL ?? '', folder))
        .filter((name) => name.endsWith('.jpg'))
        .map((name) => readFileSync(join(REAL ?? '', folder, name)))
    expect(await doubtsOf(images('images'))).toEqual([])
    const squeezed = images('raw').map((bytes) =>
      sharp(bytes).resize(112, 112, { fit: 'fill' }).jpeg().toBuffer(),
    )
    expect(await doubtsOf(await Promise.all(squeezed))).toMatchObject([{ kind: 'alignment', about: 'faces' }])
  })
})
