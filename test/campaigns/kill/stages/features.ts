import { join } from 'node:path'
import { contentOf } from '../../../generate/generation-inputs.js'
import { writeSmallDataset } from '../../../training/small-dataset.js'
import type { KilledStage } from '../stage.js'

const RECOGNISER = 'models/demo/demo-recogniser-a.onnx'

/** The feature of every image, and the mean of every identity. */
export const features: KilledStage = {
  id: 'features',
  async prepare(folder) {
    const data = await writeSmallDataset(join(folder, 'data'), 10, 10)
    const flags = ['--model', RECOGNISER, '--threads', '1', '--batch', '2']
    return {
      commands: (out) => [
        {
          args: [
            'features',
            'images',
            data,
            ...flags,
            '--out',
            join(out, 'images.npy'),
            '--labels',
            join(out, 'labels.npy'),
          ],
        },
        { args: ['features', 'identities', data, ...flags, '--out', join(out, 'identities.npy')] },
      ],
      result: contentOf,
    }
  },
}
