import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { readFeatures } from '../../src/features/feature-file.js'
import { writeImageFeatures } from '../../src/features/image-features.js'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { cmmd as cmmdOf } from '../../src/metrics/cmmd.js'
import { fidInfinity } from '../../src/metrics/fid-infinity.js'
import { frechetDistance } from '../../src/metrics/frechet.js'
import { kernelInceptionDistance } from '../../src/metrics/kernel-inception.js'
import { leakage } from '../../src/metrics/leakage.js'
import { precisionRecallDensityCoverage } from '../../src/metrics/precision-recall-density-coverage.js'
import { withinIdentity } from '../../src/metrics/within-identity.js'
import type { ImageModelDescriptor } from '../../src/models/descriptor.js'
import { loadModel, type Model, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { featureRows } from '../../src/products/index.js'
import type { Metric } from '../../src/results/metric.js'
import type { Results } from '../../src/results/schema.js'
import { scratchFolder } from '../scratch.js'
import { runSmallSpec } from './small-run.js'

const folder = scratchFolder()
const MODEL = 'models/demo/demo-recogniser-a.yaml'

const ALL = `separability: { recognisers: [demo-recogniser-a] }
identities: { recognisers: [demo-recogniser-a], models: [demo-quality], brightness: true }
leakage: { recognisers: [demo-recogniser-a], reference: other, thresholds: [0.2] }
frechet: { features: demo-recogniser-a, reference: other }
infinity: { features: demo-recogniser-a, reference: other, points: 3 }
kid: { features: demo-recogniser-a, reference: other, subsets: 3, subsetSize: 20 }
prdc: { features: demo-recogniser-a, reference: other, neighbours: 3 }
cmmd: { features: demo-recogniser-a, reference: other }
contactSheets: true`

/** The features of a dataset's images, computed once more without any cache. */
async function featuresOf(path: string, name: string): Promise<string> {
  const model: Model<ImageModelDescriptor> = requireRole(await loadModel(MODEL), 'recogniser')
  const session = await ModelSession.open(model, { threads: 1 })
  const dataset = await openDataset(path)
  const out = join(folder, name)
  await writeImageFeatures(session, dataset, out)
  await session.close()
  await dataset.close()
  return out
}

describe('every measurement in one spec', () => {
  let first: Results
  let other: string
  let own: string
  const metric = (family: string, results = first): Metric | undefined =>
    results.datasets[0].metrics.find((one) => one.family === family)

  beforeAll(async () => {
    // The reference is another dataset of the demo generator, made by another spec's seed: eight identities.
    await runSmallSpec(folder, 'contactSheets: false')
    const made = join(folder, 'cache', 'datasets')
    own = join(made, readdirSync(made)[0])
    other = join(folder, 'other')
    const { generateDataset } = await import('../../src/generate/generate-dataset.js')
    const { silent } = await import('../../src/progress.js')
    await generateDataset(
      {
        generator: 'models/demo/demo-generator.yaml',
        identities: 'models/demo/demo-identity-features.npy',
        count: 8,
        imagesPerIdentity: 4,
        sigmas: [{ sigma: 0.5, share: 1 }],
        seed: 9,
      },
      other,
      { formats: ['recordio'], threads: 1, progress: silent },
    )
    other = join(other, 'recordio')
    first = await runSmallSpec(folder, ALL, { other })
  })
  afterAll(() => vi.restoreAllMocks())

  it('gives the numbers that the arithmetic gives on features computed apart', async () => {
    const files = [await featuresOf(own, 'own.npy'), await featuresOf(other, 'other.npy')]
    const [generated, real] = [await readFeatures(files[0]), await readFeatures(files[1])]
    const statistics = await featureStatistics(real, 'real')
    const frechet = await frechetDistance(await featureStatistics(generated, 'generated'), statistics)
    const kid = await kernelInceptionDistance(generated, real, { seed: 3, subsets: 3, subsetSize: 20 })
    const manifold = await precisionRecallDensityCoverage(real, generated, { neighbours: 3 })
    const infinity = await fidInfinity(generated, statistics, 'generated', { seed: 3, points: 3 })
    const cmmd = await cmmdOf(generated, real)
    // Statistics add up images in another order, in float64.
    expect(metric('Frechet distance')?.value).toBeCloseTo(frechet.distance, 9)
    expect(metric('Frechet distance at infinity')?.value).toBeCloseTo(infinity.distance, 6)
    expect(metric('KID')).toMatchObject({ value: kid.mean, standardError: kid.std })
    for (const family of ['precision', 'recall', 'density', 'coverage'] as const)
      expect(metric(family)?.value).toBe(manifold[family])
    expect(metric('CMMD')?.value).toBe(cmmd.distance)
  })

  it('tells what happens within identities, and what a set took from another', async () => {
    const rows = featureRows(await readFeatures(await featuresOf(own, 'own.npy')), 'own')
    const theirs = await readFeatures(await featuresOf(other, 'other.npy'))
    const means = (matrix: { rows: number; columns: number; data: Float32Array }) => {
      const data = new Float32Array((matrix.rows / 4) * matrix.columns)
      for (let i = 0; i < data.length; i++) {
        const [identity, column] = [Math.floor(i / matrix.columns), i % matrix.columns]
        let sum = 0
        for (let image = 0; image < 4; image++)
          sum += matrix.data[(identity * 4 + image) * matrix.columns + column]
        data[i] = sum / 4
      }
      return featureRows({ rows: matrix.rows / 4, columns: matrix.columns, data }, 'means')
    }
    const labels = Int32Array.from({ length: rows.matrix.rows }, (_, i) => Math.floor(i / 4))
    const within = await withinIdentity([{ features: rows, labels }], means(rows.matrix), 'own')
    expect(metric('consistency')?.value).toBe(within.consistency)
    expect(metric('similarity to the identity')?.value).toBeCloseTo(within.similarity.mean, 12)
    const taken = await leakage([rows], means(theirs), 'own', { thresholds: [0.2], worst: 1 })
    expect(metric('leaked images')).toMatchObject({
      value: (100 * taken.counts[0].images) / 48,
      against: 'other',
    })
    expect(metric('highest similarity')?.value).toBe(taken.worst[0].similarity)
  })

  it('computes nothing again where nothing changed: no network is loaded', async () => {
    const open = vi.spyOn(ModelSession, 'open')
    const again = await runSmallSpec(folder, ALL, { other })
    expect(open).not.toHaveBeenCalled()
    expect(again.datasets).toEqual(first.datasets)
    open.mockRestore()
  })

  it('asked for something else, it runs no network on images that were seen', async () => {
    const run = vi.spyOn(ModelSession.prototype, 'run')
    const changed = await runSmallSpec(
      folder,
      `separability: { recognisers: [demo-recogniser-a], thresholds: [0.3] }
leakage: { recognisers: [demo-recogniser-a], reference: other, thresholds: [0.1] }
frechet: { features: demo-recogniser-a, reference: other, images: 2001 }
prdc: { features: demo-recogniser-a, reference: other, neighbours: 2 }`,
      { other },
    )
    expect(run).not.toHaveBeenCalled()
    expect(metric('precision', changed)?.parameters).toEqual({ k: 2 })
    expect(metric('Frechet distance', changed)?.value).toBe(metric('Frechet distance')?.value)
    run.mockRestore()
  })

  it('makes again what was cut short in the cache', async () => {
    for (const kind of ['identity-features', 'image-features'])
      for (const name of readdirSync(join(folder, 'cache', kind)))
        truncateSync(join(folder, 'cache', kind, name), 300)
    for (const name of readdirSync(join(folder, 'cache', 'measurements')))
      truncateSync(join(folder, 'cache', 'measurements', name), 20)
    const again = await runSmallSpec(folder, ALL, { other })
    expect(again.datasets).toEqual(first.datasets)
  })

  it('lists what is missing before it computes anything', async () => {
    const open = vi.spyOn(ModelSession, 'open')
    const results = await runSmallSpec(folder, 'kid: { features: clip, reference: webface }')
    expect(results.missing.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['model clip', 'dataset webface'])
    expect(open).not.toHaveBeenCalled()
    open.mockRestore()
  })

  it('refuses a network of another role, and a timing of nothing', async () => {
    await expect(
      runSmallSpec(folder, 'kid: { features: demo-quality, reference: other }', { other }),
    ).rejects.toThrow(/quality/)
    const { datasetSpecSchema } = await import('../../src/run/dataset-spec.js')
    const found = datasetSpecSchema.safeParse({ id: 'a', name: 'A', measure: { speed: {} } })
    expect(found.error?.issues[0]).toMatchObject({
      path: ['measure', 'speed'],
      message: expect.stringContaining('nothing to time'),
    })
  })
})
