import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../../src/arrays/npy.js'
import { generateDataset } from '../../../src/generate/generate-dataset.js'
import { silent } from '../../../src/progress.js'
import { RandomStream } from '../../../src/random/philox.js'
import { type GeneratorSpecInput, readGeneratorSpec } from '../../../src/training/generator/generator-spec.js'
import { stepDrawer } from '../../../src/training/generator/step-draws.js'
import { type GeneratorTraining, trainGenerator } from '../../../src/training/generator/train-generator.js'
import { QUICK } from '../../quick.js'
import { scratchFolder } from '../../scratch.js'
import { writeSmallDataset } from '../small-dataset.js'
import { SMALL_NETWORK } from './small-network.js'

const scratch = scratchFolder()
const recogniser = fileURLToPath(new URL('../../../models/demo/demo-recogniser-a.onnx', import.meta.url))
const vectors = join(scratch, 'vectors.npy')
let dataset = ''

const SPEC = {
  network: SMALL_NETWORK,
  recogniser,
  perceptual: {
    maps: ['/trunk/stages.1/stages.1.1/Relu_1_output_0', '/trunk/stages.2/stages.2.1/Relu_1_output_0'],
  },
  losses: { reconstruction: { absolute: 1 }, identity: {}, perceptual: {}, adversarial: { weight: 0.05 } },
  discriminator: { architecture: 'spectral', width: 8, judging: 'hinge', learnsFrom: 1, countsFrom: 2 },
  optimiser: { kind: 'adamw', rate: 2e-3 },
  noise: { share: 0.5, sigma: 0.9 },
  free: { vectors, count: 1 },
  average: 0.9,
  steps: 4,
  batch: 2,
  curveEvery: 1,
  checkpointEvery: 2,
  seed: 5,
} satisfies GeneratorSpecInput

beforeAll(async () => {
  dataset = await writeSmallDataset(join(scratch, 'data'), 3, 2)
  const data = new Float32Array(4 * 512)
  new RandomStream(1, 'vectors').fillNormal(data)
  await writeFile(vectors, encodeNpy({ type: '<f4', data, shape: [4, 512] }))
})

const train = (name: string, more: Partial<GeneratorTraining> = {}) =>
  trainGenerator({ dataset, spec: SPEC, out: join(scratch, name), session: { threads: 1 }, ...more })

/** A progress that ends the run in the middle, as a crash would. */
const endingAt = (last: number) => ({
  ...silent,
  isTraining: false,
  start(label: string) {
    this.isTraining = label === 'training'
  },
  update(done: number) {
    if (this.isTraining && done === last) throw new Error('crash')
  },
})

describe('training a generator', () => {
  it.skipIf(QUICK)(
    'writes a generator that datasets are made with, and ends with the same bytes where it was interrupted',
    async () => {
      const { model, curve, steps } = await train('whole.onnx')
      expect(steps).toBe(4)
      const losses = ['loss', 'reconstruction', 'identity', 'perceptual']
      const named = (point: object) =>
        Object.keys(point).filter((name) => !['step', 'epoch', 'rate'].includes(name))
      expect(named(curve[0])).toEqual(losses)
      expect(named(curve[1])).toEqual([...losses, 'judging'])
      expect(named(curve[2])).toEqual([...losses, 'adversarial', 'judging'])
      expect(curve[3].reconstruction).toBeLessThan(curve[0].reconstruction)
      expect(model.descriptor).toMatchObject({
        role: 'generator',
        demo: true,
        input: { size: 512, masks: { tokens: 50, droppedCount: 5 } },
      })

      await expect(train('interrupted.onnx', { progress: endingAt(3) })).rejects.toThrow('crash')
      expect((await train('interrupted.onnx')).model.sha256).toBe(model.sha256)

      const out = join(scratch, 'made')
      const request = {
        generator: model.path,
        identities: vectors,
        imagesPerIdentity: 1,
        sigmas: [{ sigma: 0.3, share: 1 }],
        seed: 1,
      }
      const manifest = await generateDataset(request, out, {
        formats: ['folder'],
        threads: 1,
        progress: silent,
      })
      expect(manifest.images).toBe(4)
    },
    600_000,
  )

  it('stops where a loss is no number any more and keeps the last good checkpoint', async () => {
    const spec = { ...SPEC, optimiser: { kind: 'sgd', rate: 1e30, momentum: 0 }, checkpointEvery: 1 } as const
    await expect(train('diverged.onnx', { spec })).rejects.toThrow(
      /diverged at step \d+: .*checkpoint is kept/,
    )
    expect(existsSync(join(scratch, 'diverged.onnx'))).toBe(false)
  }, 600_000)

  it('refuses what does not fit, and says what does', async () => {
    const named = (maps: string[]) => train('refused.onnx', { spec: { ...SPEC, perceptual: { maps } } })
    await expect(named(['relu1_2'])).rejects.toThrow(
      /has no map 'relu1_2'; name values of it .*\/trunk\/stem\/Relu_output_0/,
    )
    const { perceptual: _, ...without } = SPEC
    await expect(train('refused.onnx', { spec: without })).rejects.toThrow(/needs to know the maps/)
    const spec = { ...SPEC, recogniser: recogniser.replace('recogniser-a', 'pose') }
    await expect(train('refused.onnx', { spec })).rejects.toThrow(
      "this model's role is 'pose', a recogniser is needed here",
    )
    expect(existsSync(join(scratch, 'refused.onnx.training'))).toBe(false)
  }, 30_000)
})

describe('what is drawn at a step', () => {
  const masking = { tokens: 50, dropped: 5, mean: 0.15, deviation: 0.25, low: 0.1, high: 1 }
  const drawer = (rows: number) =>
    stepDrawer({ seed: 3, rows, width: 8, masking, noise: { share: 0.5, sigma: 0.9 } })

  it('depends on seed, step and row alone', () => {
    const [few, many] = [drawer(2), drawer(5)]
    many(1)
    const a = structuredClone(few(7))
    const b = many(7)
    for (const name of ['dropped', 'masked', 'noise'] as const)
      expect([...a[name]]).toEqual([...b[name].subarray(0, a[name].length)])
    expect([...few(8).masked]).not.toEqual([...a.masked])
  })

  it('masks as the paper does and gives noise to its share of the vectors', () => {
    const rows = 4000
    const { dropped, masked, noise } = drawer(rows)(0)
    const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0)
    expect(sum(dropped)).toBe(5 * rows)
    // The mean of normal(0.15, 0.25) between 0.1 and 1 is 0.3183; counts are rounded up, by half a token on average.
    expect(sum(masked) / rows / 49).toBeCloseTo(0.3183 + 0.5 / 49, 2)
    const noisy = Array.from({ length: rows }, (_, row) => noise[8 * row] !== 0).filter(Boolean).length
    expect(noisy / rows).toBeCloseTo(0.5, 1)
  })
})

it.each(['demo-generator', 'short-generator'])(
  'the spec %s that comes with the program is one',
  async (name) => {
    const spec = await readGeneratorSpec(`benchmarks/training/${name}.yaml`)
    expect(spec.recogniser).toBe(recogniser)
  },
)
