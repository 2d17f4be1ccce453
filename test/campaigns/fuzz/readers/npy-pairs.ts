import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encodeNpy } from '../../../../src/arrays/npy.js'
import { readPairLabels } from '../../../../src/test-sets/pair-labels.js'
import type { FuzzedReader } from '../reader.js'
import { readTestSet } from './insightface-bin.js'

const images = encodeNpy({ type: '|u1', shape: [4, 3, 2, 2], data: new Uint8Array(48).fill(99) })
const LABELS = 'issame.txt'

export const npyPairs: FuzzedReader = {
  id: 'npy-pairs',
  file: 'set.npy',
  seeds: async () => [images],
  words: [
    "'descr': '<f8'",
    "'shape': (9,)",
    "'fortran_order': True",
    '(',
    ',',
    '|u1',
    '|O',
    '{',
    '\x93NUMPY',
  ],
  neighbours: (folder) => writeFile(join(folder, LABELS), 'True\nFalse\n'),
  read: readTestSet,
}

export const pairLabels: FuzzedReader = {
  id: 'pair-labels',
  file: LABELS,
  seeds: async () => [
    Buffer.from('True\nFalse\n'),
    Buffer.from('1 0'),
    Buffer.from(',issame\n0,1\n1,0\n'),
    encodeNpy({ type: '<i8', shape: [2], data: BigInt64Array.of(1n, 0n) }),
  ],
  words: ['issame', 'label', 'True', '1.0', '2', 'nan', '\ufeff', '#'],
  neighbours: (folder) => writeFile(join(folder, 'set.npy'), images),
  async read(path) {
    await readPairLabels(path)
    await readTestSet(join(dirname(path), 'set.npy'))
  },
}
