import { join } from 'node:path'
import { contentOf } from '../../../generate/generation-inputs.js'
import type { KilledStage } from '../stage.js'

/** Identity vectors, and the components that they are drawn by. */
export const vectors: KilledStage = {
  id: 'vectors',
  prepare: async () => ({
    commands: (out) => [
      {
        args: ['generate', 'identities', '--count', '300', '--seed', '3', '--out', join(out, 'vectors.npy')],
      },
    ],
    result: contentOf,
  }),
}
