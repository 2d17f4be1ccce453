import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { RecordIoReader } from '../../../src/datasets/recordio/reader.js'
import { RecordIoWriter } from '../../../src/datasets/recordio/writer.js'
import { pythonHas } from '../../python.js'
import { temporaryFolder } from '../../scratch.js'
import { describeRecord, python } from '../training-loaders.js'
import { collect, jpegs, recordsOf, writeDataset } from '../training-records.js'

describe.skipIf(!pythonHas('PIL'))(
  'the loader of insightface (needs python3 with PIL; mx.recordio is stood in for)',
  () => {
    test('reads every image and label, and the range of images of each identity', async () => {
      const records = await jpegs(4, 3)
      const seen = python.recordio(await writeDataset('recordio', await temporaryFolder(), records))
      expect(seen).toEqual({
        flag: 2,
        records: records.map(describeRecord),
        ranges: [
          [1, 4],
          [4, 7],
          [7, 10],
          [10, 13],
        ],
        property: [4, 112, 112],
      })
    })

    test('puts together records that hold the magic word, at any offset', async () => {
      const magic = [0x0a, 0x23, 0xd7, 0xce]
      const images = [0, 1, 2, 3, 4, 8].map((offset) =>
        Uint8Array.from([...new Array<number>(offset).fill(1), ...magic, ...magic, 5, ...magic]),
      )
      const records = recordsOf([images])
      const path = await writeDataset('recordio', await temporaryFolder(), records)
      expect(python.recordio(path).records).toEqual(records.map(describeRecord))
      expect(await collect(await RecordIoReader.open(join(path, 'train.rec')))).toEqual(records)
    })
  },
)

test('the bytes are those of the format: one image of three bytes with label 0', async () => {
  const path = await writeDataset('recordio', await temporaryFolder(), recordsOf([[Uint8Array.of(1, 2, 3)]]))
  const u32 = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer)
  const f32 = (...numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer)
  const expected = Buffer.concat([
    // record 1: magic, length 27, flag 0, label 0, ids 1 and 0, image, one byte of padding
    u32(0xced7230a, 27, 0, 0, 1, 0, 0, 0),
    Buffer.from([1, 2, 3, 0]),
    // record 2: the identity's images are 1 .. 1
    u32(0xced7230a, 32, 2, 0, 2, 0, 0, 0),
    f32(1, 2),
    // record 0: identities are described by records 2 .. 2; its second id is 1, as RecBuilder has it
    u32(0xced7230a, 32, 2, 0, 0, 0, 1, 0),
    f32(2, 3),
  ])
  expect(await readFile(join(path, 'train.rec'))).toEqual(expected)
  expect(await readFile(join(path, 'train.idx'), 'utf8')).toBe('1\t0\n2\t36\n0\t76\n')
  expect(await readFile(join(path, 'property'), 'utf8')).toBe('1,112,112\n')
})

test('property states the size of the first image, height before width', async () => {
  const path = join(await temporaryFolder(), 'records')
  const writer = await RecordIoWriter.create(path)
  const create = { width: 96, height: 128, channels: 3, background: 'red' } as const
  await writer.write({ identity: 0, image: 0, bytes: await sharp({ create }).jpeg().toBuffer() })
  await writer.close()
  expect(await readFile(join(path, 'property'), 'utf8')).toBe('1,128,96\n')
})

test('a label that float32 does not have is refused', async () => {
  const writer = await RecordIoWriter.create(await temporaryFolder(), { width: 112, height: 112 })
  const bytes = Uint8Array.of(1)
  await writer.write({ identity: 2 ** 24 - 1, image: 0, bytes })
  await expect(writer.write({ identity: 2 ** 24, image: 0, bytes })).rejects.toThrow('16777215')
  await writer.close()
})

test('what is no image is refused where its size is wanted', async () => {
  const writer = await RecordIoWriter.create(await temporaryFolder())
  await expect(writer.write({ identity: 7, image: 0, bytes: Uint8Array.of(1) })).rejects.toThrow(
    'image 0 of identity 7: is not an image',
  )
})
