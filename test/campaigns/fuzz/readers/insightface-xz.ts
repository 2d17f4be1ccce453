import { xz } from '@napi-rs/lzma'
import type { FuzzedReader } from '../reader.js'
import { pairPickle, readTestSet } from './insightface-bin.js'

export const insightfaceXz: FuzzedReader = {
  id: 'insightface-xz',
  file: 'set.xz',
  seeds: async () => [await xz.compress(await pairPickle())],
  words: ['\xfd7zXZ\0', 'YZ'].map((text) => Buffer.from(text, 'latin1')),
  read: readTestSet,
}
