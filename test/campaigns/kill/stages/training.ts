import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256OfFile } from '../../../../src/bytes/hashing.js'
import { SMALL_SPEC, writeSmallDataset } from '../../../training/small-dataset.js'
import type { KilledStage } from '../stage.js'

/** A recogniser of a few steps, with checkpoints. */
export const training: KilledStage = {
  id: 'training',
  async prepare(folder) {
    const data = await writeSmallDataset(join(folder, 'data'), 6, 6)
    const spec = join(folder, 'spec.yaml')
    await writeFile(spec, JSON.stringify({ ...SMALL_SPEC, steps: 8, checkpointEvery: 2 }))
    return {
      commands: (out) => [
        {
          args: [
            'train',
            'recogniser',
            data,
            '--spec',
            spec,
            '--threads',
            '1',
            '--out',
            join(out, 'net.onnx'),
          ],
        },
      ],
      result: async (out) => ({ 'net.onnx': await sha256OfFile(join(out, 'net.onnx')) }),
    }
  },
}
