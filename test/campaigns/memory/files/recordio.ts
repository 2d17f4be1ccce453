import { packImage } from '../../../../src/datasets/recordio/image-record.js'
import { HOSTILE_BYTES, type HostileFile, numbered } from '../hostile-file.js'

const MAGIC = 0xced7230a

/** A frame's head: 3 bits that say which part of a record it is, 29 of length. */
function head(part: number, length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(part * 2 ** 29 + length, 4)
  return bytes
}

const many = (piece: Buffer): Buffer =>
  Buffer.alloc(Math.floor(HOSTILE_BYTES / piece.length) * piece.length, piece)

function framed(record: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (record.length % 4)) % 4)
  return Buffer.concat([head(0, record.length), record, padding])
}

/** Heads that each claim all that follows. */
function nestedFrames(): Buffer {
  const bytes = Buffer.alloc(HOSTILE_BYTES)
  for (let at = 0; at + 8 <= bytes.length; at += 8) head(0, bytes.length - at - 8).copy(bytes, at)
  return bytes
}

function labels(count: number): Buffer {
  const record = Buffer.alloc(24 + 4 * count)
  record.writeUInt32LE(count, 0)
  return record
}

const index = (position: (number: number) => number) => () => numbered((n) => `${n}\t${position(n)}\n`)

/** A `train.rec`, and what lies beside it. */
export const hostileRecords: readonly HostileFile[] = [
  { reader: 'recordio-alone', what: '2.5 million records of no byte', make: () => many(head(0, 0)) },
  {
    reader: 'recordio-alone',
    what: 'a length of 512 MB',
    make: () => Buffer.concat([head(0, 2 ** 29 - 4), Buffer.alloc(1000)]),
  },
  {
    reader: 'recordio-alone',
    what: 'one record in 2.5 million parts',
    make: () => Buffer.concat([head(1, 0), many(head(2, 0)).subarray(16), head(3, 0)]),
  },
  {
    reader: 'recordio-alone',
    what: '600,000 images of no byte',
    make: () => many(framed(packImage(1, 1, Buffer.alloc(0)))),
  },
  {
    reader: 'recordio-alone',
    what: 'a record of 5 million labels',
    make: () => framed(labels(HOSTILE_BYTES / 4 - 10)),
  },
  {
    reader: 'recordio',
    what: 'an index of millions of lines that name one record of 20 MB',
    make: () => framed(packImage(0, 0, Buffer.alloc(HOSTILE_BYTES - 40))),
    beside: { 'train.idx': index(() => 0) },
  },
  {
    reader: 'recordio',
    what: 'an index of records that lie in one another',
    make: nestedFrames,
    beside: { 'train.idx': index((n) => 8 * n) },
  },
  { reader: 'recordio-index', what: 'an index of one line', make: () => Buffer.alloc(HOSTILE_BYTES, '1') },
  {
    reader: 'recordio-index',
    what: 'an index of 5 million lines for one record',
    make: () => Buffer.alloc(HOSTILE_BYTES, '0\t0\n'),
  },
]
