import {
  encodeMomentsCheckpoint,
  readMomentsCheckpoint,
} from '../../../../src/features/feature-statistics.js'
import { StreamingMoments } from '../../../../src/linear-algebra/streaming-moments.js'
import type { FuzzedReader } from '../reader.js'
import { ARRAY_WORDS } from './features.js'

export const momentsCheckpoint: FuzzedReader = {
  id: 'moments-checkpoint',
  file: 'moments.npz',
  async seeds() {
    const moments = new StreamingMoments(2)
    await moments.add({ rows: 3, columns: 2, data: Float64Array.of(1, 2, 3, 4, 5, 7) }, 'seed')
    return [encodeMomentsCheckpoint({ state: moments.state(), total: 9, source: 'abc' })]
  },
  words: ARRAY_WORDS,
  async read(path) {
    await readMomentsCheckpoint(path)
  },
}
