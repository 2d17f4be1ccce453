import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeNpy, encodeNpz } from '../../src/arrays/index.js'
import { RandomStream } from '../../src/random/philox.js'
import { type RecogniserSpecInput, recogniserSpecSchema } from '../../src/training/recogniser-spec.js'
import { beginState, freshWeights } from '../../src/training/recogniser-state.js'
import { RecogniserSteps } from '../../src/training/recogniser-steps.js'
import { pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const [STEPS, BATCH, CLASSES] = [20, 8, 10]
const SIZE = 3 * 112 * 112
const scratch = scratchFolder()
const hasTorch = pythonHas('torch', 'numpy')

/** Batches in which a class has colours of its own, with noise. */
function batches() {
  const images = new Float32Array(STEPS * BATCH * SIZE)
  const labels = new Int32Array(STEPS * BATCH)
  const random = new RandomStream(5, 'batches')
  for (let i = 0; i < labels.length; i++) {
    labels[i] = random.nextInt(CLASSES)
    const colours = new RandomStream(5, 'colours', labels[i])
    const grid = Float32Array.from({ length: 48 }, () => 2 * colours.next() - 1)
    for (let at = 0; at < SIZE; at++) {
      const [channel, y, x] = [Math.floor(at / 12544), Math.floor((at % 12544) / 112), at % 112]
      images[i * SIZE + at] =
        0.6 * grid[3 * (4 * (y >> 5) + (x >> 5)) + channel] + 0.4 * (2 * random.next() - 1)
    }
  }
  return { images, labels }
}

interface Case {
  readonly network: 'iresnet' | 'demonet'
  readonly loss: 'arcface' | 'cosface' | 'combined'
  readonly optimiser: 'sgd' | 'adam' | 'adamw'
  readonly clip?: number
}

// At larger rates a number that lies near PReLU's kink moves across it in one program and not in the other, and losses part.
const OPTIONS = {
  sgd: { ours: { rate: 5e-6 }, torch: { lr: 5e-6, momentum: 0.9, weight_decay: 5e-4 } },
  adam: { ours: { rate: 2e-4, weightDecay: 1e-3 }, torch: { lr: 2e-4, weight_decay: 1e-3 } },
  adamw: { ours: { rate: 3e-4, weightDecay: 0.02 }, torch: { lr: 3e-4, weight_decay: 0.02 } },
}

function specOf({ network, loss, optimiser, clip }: Case): RecogniserSpecInput {
  return {
    network: {
      architecture: network,
      featureSize: 32,
      ...(network === 'iresnet' ? { depth: '1,1,1,1', width: 8 } : { depth: 'tiny' }),
    },
    loss: { kind: loss, scale: 32 },
    optimiser: { kind: optimiser, ...OPTIONS[optimiser].ours } as never,
    batch: BATCH,
    steps: STEPS,
    seed: 11,
    ...(clip !== undefined && { clip }),
  }
}

async function ours(spec: RecogniserSpecInput, folder: string) {
  const parsed = recogniserSpecSchema.parse(spec)
  const weights = freshWeights(parsed)
  const state = beginState(parsed, weights, CLASSES)
  // Centres of about unit length: fresh ones are short, and one step would turn them around.
  new RandomStream(4, 'centres').fillNormal(state.centres.values, 0.2)
  const arrays = [...weights].map(([name, tensor]) => [
    name,
    { type: '<f4' as const, shape: tensor.shape, data: tensor.readFloat32() },
  ])
  const centres = { type: '<f4' as const, shape: [CLASSES, 32], data: state.centres.values.slice() }
  writeFileSync(join(folder, 'weights.npz'), encodeNpz({ ...Object.fromEntries(arrays), centres }))
  const { images, labels } = batches()
  writeFileSync(
    join(folder, 'images.npy'),
    encodeNpy({ type: '<f4', shape: [STEPS, BATCH * SIZE], data: images }),
  )
  writeFileSync(join(folder, 'labels.npy'), encodeNpy({ type: '<i4', shape: [STEPS, BATCH], data: labels }))
  const length = { steps: STEPS, stepsPerEpoch: STEPS }
  const steps = await RecogniserSteps.open(parsed, state, length, { threads: 1 })
  const losses: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const batch = {
      images: images.subarray(step * BATCH * SIZE, (step + 1) * BATCH * SIZE),
      labels: Uint32Array.from(labels.subarray(step * BATCH, (step + 1) * BATCH)),
    }
    losses.push((await steps.take(batch, step)).loss)
  }
  await steps.close()
  return { losses, others: state.parameters.others }
}

describe.skipIf(!hasTorch)('the first 20 steps, against PyTorch', () => {
  const cases: Case[] = [
    { network: 'iresnet', loss: 'arcface', optimiser: 'sgd' },
    { network: 'demonet', loss: 'cosface', optimiser: 'adamw', clip: 2 },
    { network: 'demonet', loss: 'combined', optimiser: 'adam' },
  ]
  it.each(cases)(
    '$network, $loss, $optimiser: losses within 1e-3, running statistics within 1e-3',
    async (asked) => {
      const folder = join(scratch, `${asked.network}-${asked.optimiser}`)
      mkdirSync(folder)
      const { losses, others } = await ours(specOf(asked), folder)
      const settings = {
        network: asked.network,
        loss: asked.loss,
        optimiser: [asked.optimiser, OPTIONS[asked.optimiser].torch],
        scale: 32,
        clip: asked.clip ?? null,
      }
      writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
      const theirs = pythonJson<{ losses: number[]; running: Record<string, number[]> }>(
        'test/training/first_steps.py',
        folder,
      )
      const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - theirs.losses[i])))
      expect(worst, `${losses.join(' ')} | ${theirs.losses.join(' ')}`).toBeLessThan(1e-3)
      // It learns, so that the losses of late steps depend on all steps before.
      expect(losses.at(-1)).toBeLessThan(losses[0] - 1)
      for (const [name, values] of Object.entries(theirs.running)) {
        const own = others.get(name) ?? new Float32Array(0)
        const off = values.map((value, i) => Math.abs(own[i] - value) / Math.max(1, Math.abs(value)))
        expect(Math.max(...off), name).toBeLessThan(2e-3)
      }
    },
    180_000,
  )
})
