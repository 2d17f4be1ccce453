import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256, sha256OfFile } from '../../../../src/bytes/hashing.js'
import { readResults } from '../../../../src/results/file.js'
import { contentOf } from '../../../generate/generation-inputs.js'
import { SMALL_NETWORK } from '../../../training/generator/small-network.js'
import { SMALL_SPEC, writeSmallDataset } from '../../../training/small-dataset.js'
import type { KilledStage } from '../stage.js'

/** A recogniser of a few steps, with checkpoints. */
export const training: KilledStage = {
  id: 'training',
  async prepare(folder) {
    const data = await writeSmallDataset(join(folder, 'data'), 6, 6)
    const spec = join(folder, 'spec.yaml')
    await writeFile(spec, JSON.stringify({ ...SMALL_SPEC, steps: 8, checkpointEvery: 2 }))
    const train = ['train', 'recogniser', data, '--spec', spec, '--threads', '1', '--quiet']
    return {
      commands: (out) => [{ args: [...train, '--out', join(out, 'net.onnx')] }],
      async result(out) {
        const content = await contentOf(out)
        const file = join('net.onnx.training', 'results.json')
        // When it began and how long it took differ.
        const { provenance: _, ...results } = await readResults(join(out, file))
        return { ...content, [file]: sha256(JSON.stringify(results)) }
      },
    }
  },
}

const RECOGNISER = fileURLToPath(new URL('../../../../models/demo/demo-recogniser-a.onnx', import.meta.url))

const GENERATOR_SPEC = {
  network: SMALL_NETWORK,
  recogniser: RECOGNISER,
  losses: { reconstruction: { absolute: 1 }, identity: {} },
  optimiser: { kind: 'adamw', rate: 2e-3 },
  steps: 4,
  batch: 2,
  curveEvery: 1,
  checkpointEvery: 1,
  seed: 5,
}

/** A generator of a few steps, with checkpoints. */
export const generatorTraining: KilledStage = {
  id: 'generator-training',
  async prepare(folder) {
    const data = await writeSmallDataset(join(folder, 'data'), 3, 2)
    const spec = join(folder, 'spec.yaml')
    await writeFile(spec, JSON.stringify(GENERATOR_SPEC))
    const train = ['train', 'generator', data, '--spec', spec, '--threads', '1', '--quiet']
    return {
      commands: (out) => [{ args: [...train, '--out', join(out, 'net.onnx')] }],
      result: async (out) => ({
        network: await sha256OfFile(join(out, 'net.onnx')),
        curve: await sha256OfFile(join(out, 'net.onnx.training', 'curve.jsonl')),
      }),
    }
  },
}
