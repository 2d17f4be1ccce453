import { join } from 'node:path'
import { contentOf, DEMO_ATTROP, demoAttrop, demoIdentities } from '../../../generate/generation-inputs.js'
import type { KilledStage } from '../stage.js'

const { recogniser, quality, pose } = DEMO_ATTROP

/** A dataset whose vectors are moved. */
export const attropDataset: KilledStage = {
  id: 'attrop-dataset',
  async prepare(folder) {
    const { identities, generator } = await demoAttrop(folder, 3)
    const networks = [
      '--attrop',
      '--attrop-recogniser',
      recogniser,
      '--attrop-quality',
      quality,
      '--attrop-pose',
      pose,
    ]
    const wanted = ['--quality-target', '31', '--yaw', '0..30', '--steps', '2']
    const dataset = ['generate', 'dataset', '--identities', identities, '--model', generator, '--images', '2']
    return {
      commands: (out) => [
        { args: [...dataset, ...networks, ...wanted, '--seed', '5', '--threads', '1', '--out', out] },
      ],
      result: contentOf,
    }
  },
}

/** Vectors moved by themselves. */
export const attropVectors: KilledStage = {
  id: 'attrop-vectors',
  async prepare(folder) {
    const vectors = await demoIdentities(folder, 2)
    const networks = ['--recogniser', recogniser, '--quality', quality, '--pose', pose]
    const wanted = ['--quality-target', '31', '--yaw', '0..30', '--steps', '2', '--threads', '1']
    return {
      commands: (out) => [
        {
          args: [
            ...['generate', 'attrop', ...networks, '--vectors', vectors, ...wanted],
            ...['--out', join(out, 'moved.npy')],
          ],
        },
      ],
      result: contentOf,
    }
  },
}
