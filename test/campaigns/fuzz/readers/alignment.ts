import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AlignJournal } from '../../../../src/align/align-journal.js'
import { TABLE_COLUMNS } from '../../../../src/align/aligned-photograph.js'
import { readLandmarks } from '../../../../src/align/landmark-table.js'
import { ALIGNMENT_RECORD, readAlignmentRecord } from '../../../../src/images/alignment-record.js'
import type { FuzzedReader } from '../reader.js'

const points = [38.3, 51.7, 73.5, 51.5, 56, 71.7, 41.5, 92.4, 70.7, 92.2]
const table = `${TABLE_COLUMNS.join()}\na.jpg,1,0.9,1,2,30,40,${points.join()}\n`
const detected = `image,x1,y1,x2,y2,x3,y3,x4,y4,x5,y5\na/1.jpg,${points.join()}\nb.jpg,,,,,,,,,,\n`
const named = `file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y,left_mouth_x,left_mouth_y,right_mouth_x,right_mouth_y\na.jpg,${points.join()}\n`

export const landmarks: FuzzedReader = {
  id: 'landmarks',
  file: 'landmarks.csv',
  seeds: async () => [table, detected, named].map((text) => Buffer.from(text)),
  words: ['image', 'x1', ',', '"', '\r\n', '1e999', 'nan', '\ufeff', ';', '\n'],
  async read(path) {
    await readLandmarks(path)
  },
}

const record = { key: 'k', settings: { size: 112 }, noFace: 'skip' } as const

export const alignmentRecord: FuzzedReader = {
  id: 'alignment-record',
  file: ALIGNMENT_RECORD,
  seeds: async () => [
    Buffer.from(JSON.stringify({ ...record, finished: true, leftOut: [{ image: 'a', reason: 'none' }] })),
  ],
  words: ['{"', '[[', '"leftOut":', '"__proto__":{}', 'null', '1e999'],
  async read(path) {
    await readAlignmentRecord(dirname(path))
  },
}

export const alignmentJournal: FuzzedReader = {
  id: 'alignment-journal',
  file: 'alignment.partial.jsonl',
  seeds: async () => [
    Buffer.from(
      [
        { name: 'a.jpg', crop: 'a.png', faces: 1, score: 0.9, box: [1, 2, 30, 40], points },
        { name: 'b.jpg', crop: 'b.png', problem: 'no image' },
      ]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    ),
  ],
  words: ['{"', '[[', '"points":', '"crop":"../../x"', '\n', 'null', '1e999'],
  async read(path) {
    const out = dirname(path)
    await writeFile(join(out, 'a.png'), 'a crop')
    const journal = await AlignJournal.begin(out, record, ({ crop }) => crop)
    await journal.close()
    await journal.finish([], false)
    await rm(join(out, ALIGNMENT_RECORD))
  },
}
