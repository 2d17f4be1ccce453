import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Stage } from '../../../../src/run/stages/stage.js'
import { StageStore } from '../../../../src/run/stages/stage-store.js'
import type { FuzzedReader } from '../reader.js'

const KEY = 'a'.repeat(32)
const FILE = join('stages', 'train', `${KEY}.json`)

const stage: Stage<{ name: string }> = {
  kind: 'train',
  title: 'a recogniser',
  key: KEY,
  needs: [],
  schema: z.strictObject({ name: z.string() }),
  work: { units: 1, unit: 'images', like: 'words' },
  make: () => Promise.reject(new Error('nothing is made here')),
}

/** What the cache says of a stage that was made. */
export const stageRecord: FuzzedReader = {
  id: 'stage-record',
  file: FILE,
  seeds: async () => {
    const { kind, title, work } = stage
    const made = { ...work, seconds: 1.5, threads: 2, files: [FILE], outcome: { name: 'net' } }
    return [Buffer.from(JSON.stringify({ kind, title, ...made }))]
  },
  words: ['{"', '[[', '"files":["../../../etc/passwd"]', '"__proto__":{}', '"outcome":', '1e999'],
  async neighbours(folder) {
    await mkdir(join(folder, dirname(FILE)), { recursive: true })
  },
  async read(path) {
    const cacheFolder = join(dirname(path), '..', '..')
    const store = new StageStore({ cacheFolder, log: () => {}, threads: 1 })
    await store.kept(stage)
    await store.records('train')
  },
}
