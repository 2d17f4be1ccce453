import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrainingCheckpoint, writeTrainingCheckpoint } from '../../../../src/training/checkpoint.js'
import type { FuzzedReader } from '../reader.js'

const arrays = () => new Map([['w', Float32Array.of(1, 2, 3)]])

export const trainingCheckpoint: FuzzedReader = {
  id: 'training-checkpoint',
  file: 'state.checkpoint',
  async seeds() {
    const folder = await mkdtemp(join(tmpdir(), 'seed-'))
    const path = join(folder, 'c')
    await writeTrainingCheckpoint(path, { head: { step: 3 }, arrays: arrays() })
    const bytes = await readFile(path)
    await rm(folder, { recursive: true })
    return [bytes]
  },
  words: ['{"head":', '"arrays":null', '"length":1e12', '000000000000', '[[', '"name":"__proto__"'],
  async read(path) {
    await readTrainingCheckpoint(path, arrays())
  },
}
