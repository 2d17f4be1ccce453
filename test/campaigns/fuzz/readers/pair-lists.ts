import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DOPPELVER_COLUMNS } from '../../../../src/test-sets/doppelver.js'
import type { FuzzedReader } from '../reader.js'
import { smallJpeg } from '../small-images.js'
import { readTestSet } from './insightface-bin.js'

const lfw = '1\t1\nA\t1\t2\nA\t1\tB\t1\n'
const sllfw = Array.from(
  { length: 10 },
  () => 'A/A_0001.jpg\nA/A_0002.jpg\nA/A_0001.jpg\nB/B_0001.jpg\n',
).join('')
const csv = 'first,second,same,fold\nA/A_0001.jpg,A/A_0002.jpg,1,0\nA/A_0001.jpg,B/B_0001.jpg,0,1\n'
const doppelver = `${DOPPELVER_COLUMNS.join(',')}\nA,A_0001.jpg,A,A_0002.jpg,1,0\nA,A_0001.jpg,B,B_0001.jpg,0,1\n`

/** Lists of pairs over a folder of three images. */
export const pairLists: FuzzedReader = {
  id: 'pair-lists',
  file: 'pairs.txt',
  seeds: async () => [lfw, sllfw, csv, doppelver].map((text) => Buffer.from(text)),
  words: [
    'A\t1\t2\n',
    'A/A_0001.jpg',
    '..',
    '../',
    '/',
    'C:\\',
    ';',
    '"',
    '\r\n',
    '10\t300\n',
    'fold',
    '\ufeff',
  ],
  async neighbours(folder) {
    for (const image of ['A/A_0001.jpg', 'A/A_0002.jpg', 'B/B_0001.jpg']) {
      await mkdir(dirname(join(folder, image)), { recursive: true })
      await writeFile(join(folder, image), await smallJpeg(image.length))
    }
  },
  read: readTestSet,
}
