import { join } from 'node:path'
import {
  commandOf,
  contentOf,
  randomVectors,
  smallRequest,
  writeVectors,
} from '../../../generate/generation-inputs.js'
import type { KilledStage } from '../stage.js'

const FORMS = ['--format', 'folder,webdataset,recordio,lmdb']
const IDENTITIES = 12

async function request(folder: string) {
  const identities = await writeVectors(join(folder, 'vectors.npy'), randomVectors(IDENTITIES))
  return { ...(await smallRequest(folder)), identities, imagesPerIdentity: 6 }
}

/** A dataset in all its forms, by two threads. */
export const generateDataset: KilledStage = {
  id: 'generate-dataset',
  async prepare(folder) {
    const wanted = await request(folder)
    return {
      commands: (out) => [{ args: [...commandOf(wanted, out), ...FORMS, '--threads', '2'] }],
      result: contentOf,
    }
  },
}

/** The same by two shards and their merge. */
export const generateShards: KilledStage = {
  id: 'generate-shards',
  async prepare(folder) {
    const wanted = await request(folder)
    const shard = (out: string, which: string) => [
      ...commandOf(wanted, join(out, which)),
      ...['--threads', '1', '--shard', `${which}/2`],
    ]
    return {
      commands: (out) => [
        { args: shard(out, '1') },
        { args: shard(out, '2') },
        {
          args: ['generate', 'merge', join(out, '1'), join(out, '2'), ...FORMS, '--out', join(out, 'merged')],
        },
      ],
      result: (out) => contentOf(join(out, 'merged')),
    }
  },
}
