import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { RandomAccessFile } from '../../../src/bytes/random-access-file.js'
import { ReadableDataset } from '../../../src/datasets/readable-dataset.js'
import { frame } from '../../../src/datasets/recordio/framing.js'
import { packImage } from '../../../src/datasets/recordio/image-record.js'
import { RecordIoReader } from '../../../src/datasets/recordio/reader.js'
import { InputError } from '../../../src/errors.js'
import { temporaryFolder } from '../../scratch.js'
import { collect, jpegs, writeDataset } from '../training-records.js'

async function dataset() {
  const records = await jpegs(3, 4)
  const folder = await writeDataset('recordio', await temporaryFolder(), records)
  const at = (name: string) => join(folder, name)
  return { records, rec: at('train.rec'), idx: at('train.idx'), property: at('property') }
}

describe('a dataset of insightface', () => {
  test('tells its counts from record 0', async () => {
    const { rec, records } = await dataset()
    const reader = await RecordIoReader.open(rec)
    expect(reader).toMatchObject({ imageCount: 12, identityCount: 3, grouped: true, path: rec })
    expect(await collect(reader)).toEqual(records)
  })

  test('is read without its index, in the order of the file, with the count from property', async () => {
    const { rec, idx, records } = await dataset()
    await rm(idx)
    const reader = await RecordIoReader.open(rec)
    expect(reader).toMatchObject({ imageCount: undefined, identityCount: 3, grouped: false })
    expect(await collect(reader)).toEqual(records)
  })

  test('is read without property', async () => {
    const { rec, property, records } = await dataset()
    await rm(property)
    expect(await collect(await RecordIoReader.open(rec))).toEqual(records)
  })

  test('that counts a record of identities among its images is damaged', async () => {
    const { rec, idx } = await dataset()
    const first = Number(/^0\t(\d+)$/m.exec(await readFile(idx, 'utf8'))?.[1])
    const whole = await readFile(rec)
    // A frame's header takes 8 bytes, the image record's flag, label and ids 24, then come record 0's labels.
    whole.writeFloatLE(14, first + 32)
    await writeFile(rec, whole)
    const reader = await RecordIoReader.open(rec)
    await expect(collect(reader)).rejects.toThrow(/images are records 1 .. 13, but record 13 holds none/)
  })

  test('without record 0 all records are images, in the order of their numbers', async () => {
    const folder = await temporaryFolder()
    const images = [5, 3, 3].map((label, id) => ({
      label,
      id,
      framed: frame(packImage(label, id, Uint8Array.of(id + 1)), ''),
    }))
    await writeFile(join(folder, 'train.rec'), Buffer.concat(images.map(({ framed }) => framed)))
    await writeFile(
      join(folder, 'train.idx'),
      images.map(({ id, framed }) => `${id}\t${id * framed.length}\n`).join(''),
    )
    const reader = await RecordIoReader.open(join(folder, 'train.rec'))
    expect(reader).toMatchObject({ imageCount: 3, identityCount: undefined, grouped: false })
    expect(await collect(reader)).toEqual([
      { identity: 5, image: 0, bytes: Uint8Array.of(1) },
      { identity: 3, image: 0, bytes: Uint8Array.of(2) },
      { identity: 3, image: 1, bytes: Uint8Array.of(3) },
    ])
  })
})

describe('what is wrong is told', () => {
  test.each([
    ['not a list of positions', 'hello\n', 'line 1'],
    ['with a number far out of the row', '4000000000\t0\n', 'line 1'],
    ['with positions of another file', '0\t12\n', 'no record begins at byte 12'],
    ['with a position past the end', '0\t999999999\n', 'ends early'],
  ])('an index %s', async (_, text, message) => {
    const { rec, idx } = await dataset()
    await writeFile(idx, text)
    await expect(RecordIoReader.open(rec).then(collect)).rejects.toThrow(new RegExp(message))
  })

  test('an index that lacks one image', async () => {
    const { rec, idx } = await dataset()
    const lines = (await readFile(idx, 'utf8')).split('\n')
    await writeFile(idx, lines.filter((line) => !line.startsWith('5\t')).join('\n'))
    await expect(RecordIoReader.open(rec)).rejects.toThrow('record 5 is not listed')
  })

  test('a property file that is something else', async () => {
    const { rec, idx, property } = await dataset()
    await rm(idx)
    await writeFile(property, 'what?')
    await expect(RecordIoReader.open(rec)).rejects.toThrow(InputError)
  })

  test('a file that ends in the middle of a record, without an index', async () => {
    const { rec, idx } = await dataset()
    await rm(idx)
    await truncate(rec, 2000)
    await expect(RecordIoReader.open(rec).then(collect)).rejects.toThrow('ends early')
  })

  test('a label that is no whole number', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'train.rec'), frame(packImage(1.5, 0, Uint8Array.of(1)), ''))
    await expect(RecordIoReader.open(join(folder, 'train.rec')).then(collect)).rejects.toThrow(
      'train.rec#0 is 1.5',
    )
  })
})

describe('a corrupt record', () => {
  /** A dataset in which the head of the sixth image's record is overwritten. */
  async function corrupt() {
    const made = await dataset()
    const position = Number(/^6\t(\d+)$/m.exec(await readFile(made.idx, 'utf8'))?.[1])
    const whole = await readFile(made.rec)
    whole.fill(0xee, position, position + 8)
    await writeFile(made.rec, whole)
    return { ...made, position }
  }
  const others = <T>(records: readonly T[]) => records.filter((_, i) => i !== 5)
  const bytesOf = (records: readonly { bytes: Uint8Array }[]) =>
    records.map(({ bytes }) => Buffer.from(bytes).toString('hex'))

  test.each(['with', 'without'])(
    'is named, and left out where that is wanted (%s its index)',
    async (index) => {
      const { rec, idx, records, position } = await corrupt()
      if (index === 'without') await rm(idx)
      await expect(RecordIoReader.open(rec).then(collect)).rejects.toThrow(
        `no record begins at byte ${position}; the file is corrupt, or train.idx belongs to another one, or leave it out (--skip-unreadable`,
      )
      const reader = await RecordIoReader.open(rec)
      const all = []
      for await (const record of reader.records({ keepUnreadable: true })) all.push(record)
      expect(all.flatMap(({ problem, name }) => (problem === undefined ? [] : [name]))).toEqual([
        index === 'with' ? 'train.rec#6' : 'train.rec#5',
      ])
      expect(bytesOf(all.filter(({ problem }) => problem === undefined))).toEqual(bytesOf(others(records)))
      const readable = new ReadableDataset(reader)
      expect(await readable.countImages()).toBe(11)
      expect(readable.unreadable.count).toBe(1)
    },
  )

  test('by the thousand are read in large pieces', async () => {
    const rec = join(await temporaryFolder(), 'train.rec')
    await writeFile(rec, Buffer.concat(Array.from({ length: 80_000 }, () => frame(Buffer.alloc(0), rec))))
    const reads = vi.spyOn(RandomAccessFile.prototype, 'read')
    const readable = new ReadableDataset(await RecordIoReader.open(rec))
    expect(await readable.countImages()).toBe(0)
    expect(reads.mock.calls.length).toBeLessThan(10)
    reads.mockRestore()
    expect(readable.unreadable.count).toBe(80_000)
    expect(readable.unreadable.first.map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4].map((number) => `train.rec#${number}`),
    )
    expect(readable.unreadable.reasons).toEqual(new Map([['the record is no image record', 80_000]]))
    await readable.close()
  })

  test('at the end of a file that was cut takes nothing with it', async () => {
    const { rec, idx, records } = await dataset()
    await rm(idx)
    await truncate(rec, (await readFile(rec)).length - 3000)
    const readable = new ReadableDataset(await RecordIoReader.open(rec))
    const left = []
    for await (const record of readable.records()) left.push(record)
    expect(left.length).toBeGreaterThan(0)
    expect(bytesOf(left)).toEqual(bytesOf(records.slice(0, left.length)))
    expect(readable.unreadable.count).toBe(1)
  })
})
