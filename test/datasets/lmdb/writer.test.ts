import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LmdbReader } from '../../../src/datasets/lmdb/reader.js'
import { LmdbWriter } from '../../../src/datasets/lmdb/writer.js'
import { pythonHas } from '../../python.js'
import { temporaryFolder } from '../../scratch.js'
import { describeRecord, python } from '../training-loaders.js'
import { collect, jpegs, recordsOf, writeDataset } from '../training-records.js'

const hasLmdb = pythonHas('lmdb', 'msgpack', 'PIL')

describe.skipIf(!hasLmdb)("Python's lmdb (needs python3 with lmdb, msgpack and PIL)", () => {
  test('reads every image and label by the keys 0 .. N-1, as training code does', async () => {
    const records = await jpegs(5, 3)
    const seen = python.lmdb(await writeDataset('lmdb', await temporaryFolder(), records))
    expect(seen.records).toEqual(records.map(describeRecord))
    expect(seen).toMatchObject({ length: 15, classes: 5, entries: 18, sorted: true })
    expect(seen.keys).toEqual(records.map((_, i) => String(i)))
  })

  test.each([0, 1, 9, 10, 11, 150, 160, 5000])('agrees on a tree over %i records', async (count) => {
    const images = Array.from({ length: count }, (_, i) => [Uint8Array.of(i, i >> 8, 1)])
    const records = recordsOf(images)
    const seen = python.lmdb(await writeDataset('lmdb', await temporaryFolder(), records))
    expect(seen.records).toEqual(records.map(describeRecord))
    expect(seen).toMatchObject({ length: count, classes: count, entries: count + 3, sorted: true })
    expect(seen.stat.entries).toBe(count + 3)
    expect(seen.absent).toEqual([null, null, null, null, null])
    expect(seen.sameAfterCompaction).toBe(true)
  })

  test('finds a hundred thousand records in a tree of three levels', async () => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const writer = await LmdbWriter.create(path)
    const bytes = new Uint8Array(4)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < 100_000; i++) {
      view.setUint32(0, i)
      await writer.write({ identity: Math.floor(i / 50), image: i % 50, bytes })
    }
    await writer.close()
    const seen = python.lmdb(path)
    expect(seen.stat).toMatchObject({ depth: 3, entries: 100_003, overflow_pages: 100_002 + 169 })
    expect(seen).toMatchObject({ length: 100_000, classes: 2000, sorted: true, sameAfterCompaction: true })
    view.setUint32(0, 98_765)
    expect(seen.records[98_765]).toEqual(describeRecord({ identity: 1975, image: 15, bytes }))
  })
})

describe('the file', () => {
  test('has no meta pages before it is closed, so that an unfinished one is refused', async () => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const writer = await LmdbWriter.create(path)
    for (let i = 0; i < 300; i++) await writer.write({ identity: i, image: 0, bytes: new Uint8Array(5000) })
    const file = await open(path)
    const start = Buffer.alloc(8192)
    await file.read(start, 0, 8192, 0)
    await file.close()
    expect(start.every((byte) => byte === 0)).toBe(true)
    await writer.close()
    const reader = await LmdbReader.open(path)
    expect(reader).toMatchObject({ imageCount: 300, identityCount: 300, grouped: false })
    await reader.close()
  })

  test('keeps labels with gaps: the number of classes is the highest label plus one', async () => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const writer = await LmdbWriter.create(path)
    const records = [2, 70_000, 4_000_000_000].map((identity) => ({
      identity,
      image: 0,
      bytes: Uint8Array.of(1),
    }))
    for (const record of records) await writer.write(record)
    await writer.close()
    const reader = await LmdbReader.open(path)
    expect(reader.identityCount).toBe(4_000_000_001)
    expect(await collect(reader)).toEqual(records)
  })
})
