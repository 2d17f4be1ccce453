import { cp, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DatasetDigest, fingerprintDataset } from '../../src/datasets/dataset-fingerprint.js'
import type { DatasetFormat } from '../../src/datasets/formats.js'
import { openDataset } from '../../src/datasets/open-dataset.js'
import { InputError } from '../../src/errors.js'
import { temporaryFolder } from '../scratch.js'
import {
  collect,
  FORMAT_NAMES,
  FORMATS,
  jpegs,
  recordsOf,
  someRecords,
  writeDataset,
} from './training-records.js'

async function filesBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path]
  const below = await readdir(path, { recursive: true, withFileTypes: true })
  return below
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name))
    .sort()
}

describe.each(FORMAT_NAMES)('%s', (format: DatasetFormat) => {
  test('what is written is read again', async () => {
    await fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const folder = await temporaryFolder()
        const reader = await openDataset(await writeDataset(format, folder, records))
        expect(reader.format).toBe(format)
        expect(await collect(reader)).toEqual(records)
        await rm(folder, { recursive: true })
      }),
      { numRuns: 40 },
    )
  })

  test('the same records give the same bytes, at any time and over what an earlier run left', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()]
    const records = await jpegs(4, 3)
    const path = await writeDataset(format, one, records)
    const again = join(other, FORMATS[format].at)
    const unfinished = await FORMATS[format].create(again)
    for (const record of records.slice(0, 7)) await unfinished.write(record)
    await writeDataset(format, other, records)
    const files = await filesBelow(path)
    expect((await filesBelow(again)).map((file) => file.slice(again.length))).toEqual(
      files.map((file) => file.slice(path.length)),
    )
    for (const file of files) {
      expect((await readFile(file)).equals(await readFile(again + file.slice(path.length))), file).toBe(true)
    }
  })

  test('two readings at the same time do not disturb each other', async () => {
    const records = await jpegs(3, 4)
    const reader = await openDataset(await writeDataset(format, await temporaryFolder(), records))
    const [a, b] = [reader.records(), reader.records()]
    for (const record of records) {
      for (const { value } of [await a.next(), await b.next()]) {
        expect(Buffer.compare(value.bytes, record.bytes)).toBe(0)
        expect(value).toMatchObject({ identity: record.identity, image: record.image })
      }
    }
    await Promise.all([a.return?.(), b.return?.()])
    await reader.close()
  })

  test('records out of order, twice or without bytes are refused', async () => {
    const bytes = Uint8Array.of(1)
    for (const [first, second] of [
      [
        { identity: 1, image: 0, bytes },
        { identity: 0, image: 0, bytes },
      ],
      [
        { identity: 0, image: 1, bytes },
        { identity: 0, image: 0, bytes },
      ],
      [
        { identity: 0, image: 0, bytes },
        { identity: 0, image: 0, bytes },
      ],
      [
        { identity: 0, image: 0, bytes },
        { identity: 0, image: 1, bytes: new Uint8Array(0) },
      ],
      [
        { identity: 0, image: 0, bytes },
        { identity: 1.5, image: 0, bytes },
      ],
    ]) {
      const writer = await FORMATS[format].create(join(await temporaryFolder(), FORMATS[format].at))
      await writer.write(first)
      await expect(writer.write(second)).rejects.toThrow(InputError)
      await writer.close()
    }
  })

  test('an empty dataset is written, and told when it is opened or read', async () => {
    const path = await writeDataset(format, await temporaryFolder(), [])
    await expect(openDataset(path).then(collect)).rejects.toThrow(/holds? no/)
  })

  test('the fingerprint is that of the records, whatever the format', async () => {
    const records = await jpegs(3, 3)
    const digest = new DatasetDigest()
    for (const record of records) digest.add(record)
    const reader = await openDataset(await writeDataset(format, await temporaryFolder(), records))
    expect(await fingerprintDataset(reader)).toBe(digest.finish())
    await reader.close()
  })
})

describe.each(['webdataset', 'recordio', 'lmdb'] as const)('a damaged %s', (format) => {
  test('cut off anywhere, it says so and gives no record that was not written', async () => {
    const folder = await temporaryFolder()
    const records = await jpegs(3, 4)
    const path = await writeDataset(format, folder, records)
    const [last] = (await filesBelow(path)).filter((file) => /(000002\.tar|\.rec|\.lmdb)$/.test(file))
    const whole = await readFile(last)
    const cuts = [0, 1, 7, 511, 512, 4095, 4096, 8192, 0.3, 0.5, 0.75, 0.99]
    for (const cut of cuts) {
      await writeFile(last, whole.subarray(0, cut < 1 ? Math.floor(cut * whole.length) : cut))
      await expect(openDataset(path).then(collect), `cut at ${cut}`).rejects.toThrow(InputError)
    }
  })

  test('with any byte changed, reading ends: with records, or with a message', async () => {
    const folder = await temporaryFolder()
    const identities = Array.from({ length: 40 }, (_, i) => [Uint8Array.of(i, 1, 2), Uint8Array.of(i, 3)])
    const path = await writeDataset(format, folder, recordsOf(identities))
    const [file] = (await filesBelow(path)).filter((name) => /(000000\.tar|\.rec|\.lmdb)$/.test(name))
    const whole = await readFile(file)
    // Half of the changes go where the structure is: to the beginning and the end.
    const edge = Math.min(8192, whole.length)
    const position = fc.oneof(
      fc.nat(whole.length - 1),
      fc.nat(edge - 1).chain((at) => fc.constantFrom(at, whole.length - 1 - at)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const damaged = Buffer.from(whole)
          for (const [position, value] of changes) damaged[position] = value
          await writeFile(file, damaged)
          try {
            expect((await collect(await openDataset(path))).length).toBeLessThanOrEqual(80)
          } catch (error) {
            expect(error).toBeInstanceOf(InputError)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('what a path holds is told from its content', () => {
  test('a folder with one LMDB file, a folder made by LMDB itself, a file without its ending', async () => {
    const folder = await temporaryFolder()
    const records = await jpegs(2, 2)
    const path = await writeDataset('lmdb', folder, records)
    expect(await collect(await openDataset(folder))).toEqual(records)
    await mkdir(join(folder, 'environment'))
    await cp(path, join(folder, 'environment', 'data.mdb'))
    expect(await collect(await openDataset(join(folder, 'environment')))).toEqual(records)
    await rename(path, join(folder, 'anything'))
    expect(await collect(await openDataset(join(folder, 'anything')))).toEqual(records)
  })

  test('one shard of several, and a .rec file by name', async () => {
    const folder = await temporaryFolder()
    const records = await jpegs(3, 4)
    const shards = await writeDataset('webdataset', folder, records)
    const second = await collect(await openDataset(join(shards, 'train-000001.tar')))
    expect(second.map(({ bytes }) => bytes)).toEqual(records.slice(5, 10).map(({ bytes }) => bytes))
    const recordio = await writeDataset('recordio', folder, records)
    expect(await collect(await openDataset(join(recordio, 'train.rec')))).toEqual(records)
  })

  test.each([
    ['a text file', (path: string) => writeFile(path, 'hello')],
    ['an empty file', (path: string) => writeFile(path, '')],
    ['zeros', (path: string) => writeFile(path, Buffer.alloc(20_000))],
    ['an empty folder', (path: string) => mkdir(path)],
    ['nothing', async () => {}],
  ])('%s is refused with a message', async (_, make) => {
    const path = join(await temporaryFolder(), 'dataset')
    await make(path)
    await expect(openDataset(path)).rejects.toThrow(InputError)
  })

  test('an LMDB file whose writing did not end is refused with a message', async () => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const writer = await FORMATS.lmdb.create(path)
    for (const record of await jpegs(1, 2)) await writer.write(record)
    await truncate(path, 20_000)
    await expect(openDataset(path)).rejects.toThrow('writing did not end')
    await writer.close()
  })

  test('two LMDB files in a folder: the user must say which', async () => {
    const folder = await temporaryFolder()
    await cp(await writeDataset('lmdb', folder, await jpegs(1, 1)), join(folder, 'other.lmdb'))
    await expect(openDataset(folder)).rejects.toThrow('holds 2 .lmdb files')
  })
})

test('what macOS left beside a dataset is passed over, and said', async () => {
  const folder = await writeDataset('recordio', await temporaryFolder(), await jpegs(2, 2))
  for (const name of ['._train.rec', '._train.idx']) await writeFile(join(folder, name), 'x')
  const notes: string[] = []
  const reader = await openDataset(folder, { note: (line) => notes.push(line) })
  expect(reader.format).toBe('recordio')
  expect(notes).toEqual([`${folder}: 2 files passed over (2 macOS sidecar): ._train.idx, ._train.rec`])
  await reader.close()
})
