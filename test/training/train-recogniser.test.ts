import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/models/model.js'
import { silent } from '../../src/progress.js'
import { type RecogniserTraining, trainRecogniser } from '../../src/training/train-recogniser.js'
import { watchNetworks } from '../onnx/failing-network.js'
import { scratchFolder } from '../scratch.js'
import { SMALL_SPEC, writeSmallDataset } from './small-dataset.js'

const scratch = scratchFolder()
const session = { threads: 1 }
let dataset = ''

beforeAll(async () => {
  dataset = await writeSmallDataset(join(scratch, 'data'), 6, 6)
})

const train = (name: string, more: Partial<RecogniserTraining> = {}) =>
  trainRecogniser({ dataset, spec: SMALL_SPEC, out: join(scratch, name), session, ...more })

/** A progress that ends the run in the middle, as a crash would. */
const endingAt = (last: number) => ({
  ...silent,
  start(label: string) {
    this.isTraining = label === 'training'
  },
  isTraining: false,
  update(done: number) {
    if (this.isTraining && done === last) throw new Error('crash')
  },
})

describe('training a recogniser', () => {
  it('learns, and writes a recogniser with a descriptor and a curve', async () => {
    const { model, curve, steps, images, identities } = await train('whole.onnx')
    expect([steps, images, identities]).toEqual([20, 36, 6])
    expect(curve.map(({ step }) => step)).toEqual([5, 10, 15, 20])
    expect(curve[3].loss).toBeLessThan(0.5 * curve[0].loss)
    expect(curve[3].accuracy).toBeGreaterThan(0.9)
    const { descriptor } = await loadModel(model.path)
    expect(descriptor).toMatchObject({ role: 'recogniser', output: { name: 'feature', size: 32 } })
  }, 30_000)

  it('ends with the same bytes where it was interrupted, wherever that was', async () => {
    const { sha256 } = (await train('undisturbed.onnx')).model
    for (const last of [3, 8, 11]) {
      const name = `interrupted${last}.onnx`
      await expect(train(name, { progress: endingAt(last) })).rejects.toThrow('crash')
      const { model, curve } = await train(name)
      expect(model.sha256).toBe(sha256)
      expect(curve.map(({ step }) => step)).toEqual([5, 10, 15, 20])
    }
  }, 60_000)

  it('tells of a GPU that goes away, or has no room for a batch, and goes on from its last checkpoint', async () => {
    const { sha256 } = (await train('on-a-gpu.onnx')).model
    const fails = async (message: string, at: number) => {
      let steps = 0
      const watched = watchNetworks((inputs) => ('image' in inputs && ++steps === at ? message : undefined))
      await expect(train('failing.onnx')).rejects.toThrow(
        message.startsWith('CUDA')
          ? /the GPU went away/
          : /too small: .*; use a smaller 'batch' in the spec, or/,
      )
      watched.end()
    }
    await fails('Failed to allocate memory for requested buffer of size 939524096', 3)
    await fails('CUDA failure 700: an illegal memory access was encountered ; GPU=0', 8)
    expect((await train('failing.onnx')).model.sha256).toBe(sha256)
  }, 240_000)

  it('goes on only with the same spec and dataset, and says what differs', async () => {
    await train('kept.onnx')
    const spec = { ...SMALL_SPEC, batch: 9 }
    await expect(train('kept.onnx', { spec })).rejects.toThrow(/'batch' was 8, is 9/)
    const other = await writeSmallDataset(join(scratch, 'other'), 5, 4)
    await expect(train('kept.onnx', { dataset: other })).rejects.toThrow(
      /36 images of 6 identities, 20 of 5 now/,
    )
  }, 30_000)

  it('stops where the loss is no number any more and keeps the last good checkpoint', async () => {
    const spec = {
      ...SMALL_SPEC,
      optimiser: { kind: 'sgd', rate: 1e30, momentum: 0 },
      checkpointEvery: 1,
      warmUp: 0,
      clip: undefined,
    }
    await expect(train('diverged.onnx', { spec: spec as never })).rejects.toThrow(
      /diverged at step \d+: the last losses are .*checkpoint is kept/,
    )
    expect(existsSync(join(scratch, 'diverged.onnx'))).toBe(false)
  }, 30_000)

  it('refuses datasets that teach nothing', async () => {
    const one = await writeSmallDataset(join(scratch, 'one'), 1, 9)
    await expect(train('one.onnx', { dataset: one })).rejects.toThrow(/all images are of one identity/)
    const alone = await writeSmallDataset(join(scratch, 'alone'), 9, 1)
    await expect(train('alone.onnx', { dataset: alone })).rejects.toThrow(/has one image/)
    const few = await writeSmallDataset(join(scratch, 'few'), 2, 2)
    await expect(train('few.onnx', { dataset: few })).rejects.toThrow(/4 images fill no batch of 8/)
  })

  it('names an image that does not decode, or leaves it out and says so', async () => {
    const broken = await writeSmallDataset(join(scratch, 'broken'), 4, 4)
    writeFileSync(join(broken, '002', '1.jpg'), readFileSync(join(broken, '002', '1.jpg')).subarray(0, 500))
    await expect(train('broken.onnx', { dataset: broken })).rejects.toThrow(/002.1.jpg.*skip-unreadable/)
    const said: string[] = []
    const spec = { ...SMALL_SPEC, steps: 2 }
    const { images } = await train('skipped.onnx', {
      dataset: broken,
      spec,
      skipUnreadable: true,
      log: (line) => said.push(line),
    })
    expect(images).toBe(15)
    expect(said.join('\n')).toMatch(/left out/)
  }, 30_000)

  it('replaces nothing that it did not write', async () => {
    mkdirSync(join(scratch, 'taken'), { recursive: true })
    const out = join(scratch, 'taken', 'r.onnx')
    copyFileSync(new URL(import.meta.url).pathname, out)
    await expect(trainRecogniser({ dataset, spec: SMALL_SPEC, out, session })).rejects.toThrow(
      /is there already/,
    )
  })

  it('sees a sample of the classes where that is asked for', async () => {
    const spec = { ...SMALL_SPEC, sampledClasses: 0.1, batch: 4, steps: 30 }
    const { curve } = await train('sampled.onnx', { spec })
    expect(curve.at(-1)?.loss).toBeLessThan(curve[0].loss)
  }, 30_000)
})
