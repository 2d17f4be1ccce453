import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from '@msgpack/msgpack'
import { describe, expect, test, vi } from 'vitest'
import { AppendFile } from '../../../src/bytes/append-file.js'
import { RandomAccessFile } from '../../../src/bytes/random-access-file.js'
import { appendTree } from '../../../src/datasets/lmdb/bulk-tree.js'
import { LmdbFile } from '../../../src/datasets/lmdb/lmdb-file.js'
import { encodeMetaPages } from '../../../src/datasets/lmdb/meta.js'
import { overflowHeader, overflowPages } from '../../../src/datasets/lmdb/page.js'
import { LmdbReader } from '../../../src/datasets/lmdb/reader.js'
import { openDataset } from '../../../src/datasets/open-dataset.js'
import { InputError } from '../../../src/errors.js'
import { LmdbPages } from '../../campaigns/memory/lmdb-pages.js'
import { pythonHas } from '../../python.js'
import { temporaryFolder } from '../../scratch.js'
import { describeRecord, python } from '../training-loaders.js'
import { collect, recordsOf, writeDataset } from '../training-records.js'

const hasLmdb = pythonHas('lmdb', 'msgpack')

/** The image that training-loaders.py puts at a number. */
function imageOf(number: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size + (number % 7) }, (_, j) => (number + j) % 256)
}

/** A file with any values under any keys, and the meta pages that belong to it. */
async function writeRaw(path: string, values: Record<string, Uint8Array>): Promise<void> {
  const file = await AppendFile.create(path)
  await file.append(new Uint8Array(8192))
  const nodes = []
  for (const key of Object.keys(values).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    const page = file.length / 4096
    await file.append(overflowHeader(page, overflowPages(values[key].length)))
    await file.append(values[key])
    await file.pad(4096)
    nodes.push({ key: Buffer.from(key), page, size: values[key].length })
  }
  const tree = await appendTree(file, nodes, nodes.length, 40)
  await file.overwrite(
    0,
    encodeMetaPages({ ...tree, overflowPages: nodes.length, entries: nodes.length }, file.length / 4096),
  )
  await file.close()
}

describe.skipIf(!hasLmdb)("files made by Python's lmdb (needs python3 with lmdb and msgpack)", () => {
  test.each([
    ['values in the leaves', 300, 20],
    ['values on overflow pages', 300, 3000],
    ['some of both, and a tree of several levels', 4000, 1985],
  ])('%s', async (_, count, size) => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const stat = python.makeLmdb(path, count, size)
    const reader = await LmdbReader.open(path)
    expect(reader).toMatchObject({ imageCount: count, identityCount: Math.ceil(count / 3) })
    const expected = Array.from({ length: count }, (_, i) => ({
      identity: Math.floor(i / 3),
      image: i % 3,
      bytes: imageOf(i, size),
    }))
    expect((await collect(reader)).map(describeRecord)).toEqual(expected.map(describeRecord))
    const file = await LmdbFile.open(path)
    expect(file.entryCount).toBe(stat.entries)
    const keys: string[] = []
    for await (const node of file.entries()) keys.push(node.key.toString())
    expect(keys).toEqual([...expected.map((_, i) => String(i)), '__classnum__', '__keys__', '__len__'].sort())
    await file.close()
  })

  test('a folder with data.mdb, and one without __keys__, which is read in the order of its keys', async () => {
    const path = join(await temporaryFolder(), 'environment')
    python.makeLmdb(path, 12, 30, '--subdir', '--no-keys')
    const names: (string | undefined)[] = []
    const reader = await openDataset(path)
    for await (const record of reader.records()) names.push(record.name)
    await reader.close()
    expect(names).toEqual(['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9'])
  })
})

test('small images and their labels, which lie apart, are read in large pieces', async () => {
  const path = join(await temporaryFolder(), 'train.lmdb')
  const numbers = Array.from({ length: 30_000 }, (_, i) => i)
  const entriesOf = (what: string) =>
    numbers.map((i): [string, Buffer] => [`${what}-${String(i).padStart(9, '0')}`, Buffer.from(String(i))])
  const pages = new LmdbPages().leaves([...entriesOf('image'), ...entriesOf('label')])
  await writeFile(path, pages.file())
  const reads = vi.spyOn(RandomAccessFile.prototype, 'read')
  const records = await collect(await LmdbReader.open(path))
  expect(reads.mock.calls.length).toBeLessThan(60)
  reads.mockRestore()
  expect(records.map(({ identity }) => identity)).toEqual(numbers)
  expect(records.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(numbers.map(String))
})

describe('values', () => {
  test("of [image, feature, label], as Vec2Face's own training set has them", async () => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const image = Uint8Array.of(9, 8, 7)
    await writeRaw(path, {
      0: encode([image, new Uint8Array(2048), 5]),
      __keys__: encode([Uint8Array.of(0x30)]),
      __len__: encode(1),
    })
    expect(await collect(await LmdbReader.open(path))).toEqual([{ identity: 5, image: 0, bytes: image }])
  })

  test.each([
    ['no msgpack', Uint8Array.of(0xc1)],
    ['no list', encode('image')],
    ['a label below zero', encode([Uint8Array.of(1), -1])],
    ['a label that is no number', encode([Uint8Array.of(1), 'one'])],
    ['a list that claims to be endless', Uint8Array.of(0xdd, 255, 255, 255, 255)],
  ])('%s: refused with a message', async (_, value) => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    await writeRaw(path, { 0: value, __keys__: encode([Uint8Array.of(0x30)]), __len__: encode(1) })
    await expect(LmdbReader.open(path).then(collect)).rejects.toThrow("the value of key '0'")
  })

  test.each([
    ['names a key that is not there', encode([Uint8Array.of(0x31)]), "names '1'"],
    ['is shorter than __len__', encode([]), '__len__ says 1'],
    ['is longer than all entries', encode(Array(4).fill(Uint8Array.of(0x30))), 'longer than the 3 entries'],
    ['is no list', encode({ a: 1 }), 'list of keys'],
    ['is cut short', Uint8Array.of(0x92, 0xc4, 1, 0x30), undefined],
    ['has a key of 4 GB', Uint8Array.of(0x91, 0xc6, 255, 255, 255, 255), 'list of keys'],
  ])('__keys__ %s: refused with a message', async (_, keys, message) => {
    const path = join(await temporaryFolder(), 'train.lmdb')
    const count = message === undefined ? 2 : 1
    await writeRaw(path, { 0: encode([Uint8Array.of(1), 0]), __keys__: keys, __len__: encode(count) })
    await expect(LmdbReader.open(path).then(collect)).rejects.toThrow(message ?? 'the list of keys has 1')
  })
})

describe('a corrupt tree', () => {
  const count = 2000
  const identities = Array.from({ length: count }, (_, i) => [Uint8Array.of(i & 255, i >> 8)])

  async function damaged(change: (bytes: Buffer, root: number, leaf: number) => void): Promise<string> {
    const path = await writeDataset('lmdb', await temporaryFolder(), recordsOf(identities))
    const bytes = await readFile(path)
    const root = Number(bytes.readBigUInt64LE(4096 + 16 + 24 + 48 + 40))
    const firstLeaf = bytes.readUIntLE(root * 4096 + bytes.readUInt16LE(root * 4096 + 16), 6)
    change(bytes, root * 4096, firstLeaf * 4096)
    await writeFile(path, bytes)
    return path
  }

  async function walk(path: string): Promise<number> {
    const file = await LmdbFile.open(path)
    let entries = 0
    try {
      for await (const node of file.entries()) {
        await file.value(node, 2 ** 20)
        entries++
      }
      return entries
    } finally {
      await file.close()
    }
  }

  test('sound, it has every entry', async () => {
    expect(await walk(await damaged(() => {}))).toBe(count + 3)
  })

  test.each([
    [
      'a branch that leads to itself',
      (b: Buffer, root: number) => b.writeUIntLE(root / 4096, root + b.readUInt16LE(root + 16), 6),
    ],
    [
      'a branch that leads twice to one leaf',
      (b: Buffer, root: number, leaf: number) => {
        const nodes = (b.readUInt16LE(root + 12) - 16) / 2
        for (let i = 0; i < nodes; i++)
          b.writeUIntLE(leaf / 4096, root + b.readUInt16LE(root + 16 + 2 * i), 6)
        b.writeUInt16LE(40, 4096 + 16 + 24 + 48 + 6)
      },
    ],
    [
      'a branch that leads out of the file',
      (b: Buffer, root: number) => b.writeUIntLE(2 ** 40, root + b.readUInt16LE(root + 16), 6),
    ],
    [
      'a branch that leads to a meta page',
      (b: Buffer, root: number) => b.writeUIntLE(0, root + b.readUInt16LE(root + 16), 6),
    ],
    [
      'a page that claims too many nodes',
      (b: Buffer, _: number, leaf: number) => b.writeUInt16LE(65_535, leaf + 12),
    ],
    ['a node outside its page', (b: Buffer, _: number, leaf: number) => b.writeUInt16LE(4095, leaf + 16)],
    [
      'a key longer than its page',
      (b: Buffer, _: number, leaf: number) => b.writeUInt16LE(60_000, leaf + b.readUInt16LE(leaf + 16) + 6),
    ],
    [
      'a value of 4 GB',
      (b: Buffer, _: number, leaf: number) => b.writeUInt32LE(2 ** 32 - 1, leaf + b.readUInt16LE(leaf + 16)),
    ],
    [
      'a value that lies on a page of the tree',
      (b: Buffer, root: number, leaf: number) =>
        b.writeUInt32LE(root / 4096, leaf + b.readUInt16LE(leaf + 16) + 9),
    ],
    [
      'a named database',
      (b: Buffer, _: number, leaf: number) => b.writeUInt16LE(2, leaf + b.readUInt16LE(leaf + 16) + 4),
    ],
    ['a root outside the file', (b: Buffer) => b.writeUInt32LE(2 ** 31, 4096 + 16 + 24 + 48 + 40)],
    ['a tree deeper than any', (b: Buffer) => b.writeUInt16LE(200, 4096 + 16 + 24 + 48 + 6)],
    ['a page size of 3', (b: Buffer) => b.writeUInt32LE(3, 16 + 24)],
    ['another version of the format', (b: Buffer) => b.writeUInt32LE(999, 16 + 4)],
  ])('%s: refused with a message', async (_, change) => {
    const path = await damaged(change)
    await expect(walk(path)).rejects.toThrow(InputError)
  })
})
