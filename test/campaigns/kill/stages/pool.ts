import { join } from 'node:path'
import { contentOf, randomVectors, smallRequest, writeVectors } from '../../../generate/generation-inputs.js'
import { freePort, hasRedis, startRedis } from '../../../redis.js'
import type { KilledStage } from '../stage.js'

const IDENTITIES = 12

/** A dataset by a producer and two workers, all of them killed. */
export const pool: KilledStage = {
  id: 'pool',
  skip: async () => (hasRedis ? undefined : 'there is no redis-server'),
  async prepare(folder) {
    const { generator } = await smallRequest(folder)
    const identities = await writeVectors(join(folder, 'pool.npy'), randomVectors(IDENTITIES))
    const port = await freePort()
    const server = await startRedis(port)
    const redis = ['--redis', `redis://127.0.0.1:${port}`]
    const dataset = ['--identities', identities, '--model', generator, '--images', '6', '--seed', '5']
    const produce = ['generate', 'produce', ...dataset, '--format', 'folder,recordio', '--quiet']
    const work = ['generate', 'work', '--threads', '1', '--stalled-after', '2']
    return {
      commands: (out) => [
        [
          { args: [...produce, ...redis, '--out', out] },
          // A worker may come before the run is there.
          ...[1, 2].map(() => ({
            args: [...work, ...redis, '--out', out],
            refusal: /no run is in this folder/,
          })),
        ],
      ],
      result: contentOf,
      close: () => void server.kill('SIGKILL'),
    }
  },
}
