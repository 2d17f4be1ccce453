import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy, encodeNpz } from '../../../src/arrays/index.js'
import { loadModel } from '../../../src/models/model.js'
import { Runtime, runtimeTensor } from '../../../src/onnx/runtime.js'
import { silent } from '../../../src/progress.js'
import { RandomStream } from '../../../src/random/philox.js'
import { freshAttributeWeights } from '../../../src/training/attributes/attribute-network.js'
import { AttributeSteps } from '../../../src/training/attributes/attribute-steps.js'
import {
  type AttributesSpecInput,
  attributesSpecSchema,
} from '../../../src/training/attributes/attributes-spec.js'
import { trainAttributes } from '../../../src/training/attributes/train-attributes.js'
import { BatchOrder } from '../../../src/training/batch-order.js'
import { optimiserOf } from '../../../src/training/optimisers/list.js'
import { Parameters } from '../../../src/training/parameters.js'
import { pythonHas, pythonJson } from '../../python.js'
import { scratchFolder } from '../../scratch.js'
import { writeSmallDataset } from '../small-dataset.js'

const scratch = scratchFolder()
/** One batch, again and again: what is learned of it shows in few steps. */
const [STEPS, BATCH, IMAGES] = [20, 8, 8]
/** Small enough that float32 can be compared: a pose's loss is of some 20 degrees. */
const RATES = { pose: 1e-5, quality: 1e-4, features: 3e-4 }
const SIZE = 3 * 112 * 112

const SPEC = {
  role: 'pose',
  network: { architecture: 'demonet', depth: 'tiny', featureSize: 24 },
  optimiser: { kind: 'adamw', rate: 3e-4, betas: [0.9, 0.98], weightDecay: 0.01 },
  clip: 5,
  batch: 4,
  steps: STEPS,
  seed: 3,
} satisfies AttributesSpecInput

/** Images whose three colours are what is to be told, in degrees or shares, with noise. */
function task(role: 'pose' | 'quality' | 'features') {
  const random = new RandomStream(6, 'images')
  const width = role === 'quality' ? 1 : 3
  const values = new Float32Array(IMAGES * width)
  const images = new Float32Array(IMAGES * SIZE)
  for (let image = 0; image < IMAGES; image++) {
    const colours = [0, 1, 2].map(() => 2 * random.next() - 1)
    for (let i = 0; i < SIZE; i++)
      images[image * SIZE + i] = 0.7 * colours[Math.floor(i / 12544)] + 0.3 * (2 * random.next() - 1)
    for (let at = 0; at < width; at++)
      values[image * width + at] =
        role === 'pose' ? 40 * colours[at] : role === 'quality' ? 26 + 8 * colours[0] : colours[at]
  }
  const columns = Array.from({ length: width }, (_, i) => `column ${i}`)
  return { images, wanted: { columns, values } }
}

describe.skipIf(!pythonHas('torch', 'numpy'))('the first 20 steps of a network for attributes', () => {
  it.each(['pose', 'quality', 'features'] as const)(
    "%s: losses within 1e-3 of PyTorch's",
    async (role) => {
      const folder = join(scratch, `steps-${role}`)
      mkdirSync(folder)
      const spec = attributesSpecSchema.parse({
        ...{ ...SPEC, role, batch: BATCH, quality: { size: 8 } },
        optimiser: { ...SPEC.optimiser, rate: RATES[role] },
      })
      const { images, wanted } = task(role)
      const width = wanted.columns.length
      const weights = freshAttributeWeights(spec, width)
      const npy = (data: Float32Array, shape: number[]) => ({ type: '<f4' as const, shape, data })
      writeFileSync(
        join(folder, 'weights.npz'),
        encodeNpz(
          Object.fromEntries([...weights].map(([name, t]) => [name, npy(t.readFloat32(), [...t.shape])])),
        ),
      )
      const order = new BatchOrder(IMAGES, BATCH, spec.seed)
      const rows = Array.from({ length: STEPS }, (_, step) => [...order.imagesOf(step)]).flat()
      const taken = (all: Float32Array, count: number) =>
        Float32Array.from(
          { length: rows.length * count },
          (_, i) => all[rows[Math.floor(i / count)] * count + (i % count)],
        )
      const batches = taken(images, SIZE)
      writeFileSync(join(folder, 'images.npy'), encodeNpy(npy(batches, [STEPS, BATCH * SIZE])))
      writeFileSync(
        join(folder, 'wanted.npy'),
        encodeNpy(npy(taken(wanted.values, width), [STEPS, BATCH * width])),
      )
      writeFileSync(join(folder, 'settings.json'), JSON.stringify({ role, rate: RATES[role], clip: 5 }))
      const parameters = new Parameters(weights, optimiserOf(spec.optimiser).kept, [])
      const length = { steps: STEPS, stepsPerEpoch: STEPS }
      const session = { threads: 1 }
      const steps = await AttributeSteps.open({ spec, weights, parameters, wanted, length, session })
      const losses: number[] = []
      for (let step = 0; step < STEPS; step++) {
        const batch = batches.subarray(step * BATCH * SIZE, (step + 1) * BATCH * SIZE)
        losses.push((await steps.take({ images: batch, labels: new Uint32Array(BATCH) }, step)).loss)
      }
      await steps.close()
      const theirs = pythonJson<number[]>('test/training/attributes/first_steps.py', folder)
      const apart = losses.map((loss, i) => Math.abs(loss - theirs[i]))
      expect(Math.max(...apart), `${losses.join(' ')} | ${theirs.join(' ')}`).toBeLessThan(1e-3)
      // It learns, so that the losses of late steps depend on all steps before.
      expect(losses.at(-1)).toBeLessThan(losses[0] - 0.02)
    },
    600_000,
  )
})

describe('train attributes', () => {
  const [dataset, table] = [join(scratch, 'data'), join(scratch, 'table.csv')]
  const training = { dataset, table, session: { threads: 1 }, demo: true }
  beforeAll(async () => {
    await writeSmallDataset(dataset, 4, 4)
    const rows = Array.from({ length: 16 }, (_, i) => [i >> 2, i % 4, 10 * (i >> 2), i % 3, -(i % 5), i / 16])
    writeFileSync(
      table,
      ['identity,image,yaw,pitch,roll,quality', ...rows.map((row) => row.join(','))].join('\n'),
    )
  })

  it('writes a network of the role, the same where the run was cut off in the middle', async () => {
    const spec = { ...SPEC, steps: 8, checkpointEvery: 3, curveEvery: 2 }
    const whole = await trainAttributes({ ...training, spec, out: join(scratch, 'whole.onnx') })
    const out = join(scratch, 'cut.onnx')
    const cut = (done: number) => {
      if (done === 5) throw new Error('cut off')
    }
    const progress = { ...silent, update: cut }
    await expect(trainAttributes({ ...training, spec, out, progress })).rejects.toThrow('cut off')
    const again = await trainAttributes({ ...training, spec, out })
    expect(again.model.sha256).toBe(whole.model.sha256)
    expect(again.curve).toEqual(whole.curve)
    expect(Object.keys(again.curve[0])).toEqual(['step', 'epoch', 'loss', 'error', 'rate'])
    const { descriptor, path } = await loadModel(out)
    expect(descriptor).toMatchObject({ role: 'pose', demo: true, output: { name: 'pose', size: 3 } })
    const runtime = await Runtime.open(path, { threads: 1 })
    const image = runtimeTensor('float32', new Float32Array(SIZE), [1, 3, 112, 112])
    expect((await runtime.run({ image })).pose.dims).toEqual([1, 3])
    await runtime.close()
  }, 300_000)

  it('teaches features by every column of the table, and says what a distance over them is called', async () => {
    const out = join(scratch, 'features.onnx')
    const spec = { ...SPEC, role: 'features', distanceName: 'small distance', steps: 2 } as const
    const { columns } = await trainAttributes({ ...training, spec, out })
    expect(columns).toEqual(['yaw', 'pitch', 'roll', 'quality'])
    const { descriptor } = await loadModel(out)
    expect(descriptor).toMatchObject({
      role: 'features',
      distanceName: 'small distance',
      output: { size: 24 },
    })
  }, 300_000)

  it.each([
    ['another number of rows', 'yaw,pitch,roll\n1,2,3\n', '1 rows for 16 images'],
    ['no such column', `${'yaw,pitch\n'}${'1,2\n'.repeat(16)}`, "no column 'roll'"],
    [
      'another order',
      `identity,yaw,pitch,roll\n${'1,1,2,3\n0,1,2,3\n'.repeat(8)}`,
      'row 1 is of another identity',
    ],
    ['text in a column', `yaw,pitch,roll\n${'1,2,x\n1,2,3\n'.repeat(8)}`, "'x' is not a number"],
  ])('refuses a table of %s', async (what, text, message) => {
    const [own, out] = [join(scratch, `${what}.csv`), join(scratch, `${what}.onnx`)]
    writeFileSync(own, text)
    await expect(trainAttributes({ ...training, table: own, spec: SPEC, out })).rejects.toThrow(message)
  })
})
