import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FeatureCache } from '../../../../src/features/cache.js'
import { readCheckpoint, writeCheckpoint } from '../../../../src/features/checkpoint-file.js'
import { SMALL_KEY as key, SMALL_ROWS as rows } from '../../../features/small-entry.js'
import type { FuzzedReader } from '../reader.js'

/** What the cache keeps of six numbers in two rows. */
async function entry(): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'))
  const growing = await new FeatureCache(folder).append(key, 3)
  await growing.write(rows)
  await growing.finish(rows)
  const files = new Map<string, Buffer>()
  for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name)))
  await rm(folder, { recursive: true })
  return files
}

/** A file of the cache is damaged, the other one is whole. */
function cacheFile(id: string, ending: string): FuzzedReader {
  return {
    id,
    file: 'damaged',
    async seeds() {
      return [...(await entry())].filter(([name]) => name.endsWith(ending)).map(([, bytes]) => bytes)
    },
    words: ['{"', '"rows":1e9', '"size":-1', '[['],
    async read(path) {
      const folder = join(dirname(path), 'cache')
      const cache = new FeatureCache(folder)
      await cache.append(key, 3).then((growing) => growing.abandon())
      for (const [name, bytes] of await entry()) await writeFile(join(folder, name), bytes)
      const [name] = (await readdir(folder)).filter((found) => found.endsWith(ending))
      await writeFile(join(folder, name), await readFile(path))
      const found = await cache.load(key, 2, 3)
      if (found !== undefined && found.length !== 6) throw new Error('an entry of another size')
      const growing = await cache.append(key, 3)
      await growing.abandon()
      await rm(folder, { recursive: true })
    },
  }
}

export const cacheNumbers = cacheFile('cache-numbers', '.f32')
export const cacheMeta = cacheFile('cache-meta', '.json')

export const featureCheckpoint: FuzzedReader = {
  id: 'feature-checkpoint',
  file: 'sums.checkpoint',
  async seeds() {
    const folder = await mkdtemp(join(tmpdir(), 'seed-'))
    await writeCheckpoint(join(folder, 'c'), 'key', [Float64Array.of(1, 2, 3)])
    const bytes = await readFile(join(folder, 'c'))
    await rm(folder, { recursive: true })
    return [bytes]
  },
  async read(path) {
    await readCheckpoint(path, 'key')
  },
}
