import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/bytes/hashing.js'
import type { DatasetRecord } from '../../src/datasets/dataset.js'
import { PartWriter, readPart, readPartHead } from '../../src/generate/part-file.js'
import { temporaryFolder } from '../scratch.js'

const PLAN = sha256('a plan')

async function writePart(path: string, records: readonly DatasetRecord[]): Promise<void> {
  const writer = await PartWriter.create(path, PLAN, 7)
  for (const record of records) await writer.write(record)
  await writer.close()
}

async function readAll(path: string): Promise<DatasetRecord[]> {
  const records: DatasetRecord[] = []
  for await (const { identity, image, bytes } of readPart(path))
    records.push({ identity, image, bytes: Uint8Array.from(bytes) })
  return records
}

/** Images of some bytes and of more than is read at once. */
const length = fc.oneof(fc.nat(300), fc.integer({ min: 100_000, max: 2_500_000 }))
const record = fc
  .record({ identity: fc.nat(2 ** 31), image: fc.nat(2 ** 31), length })
  .map(({ identity, image, length }) => ({ identity, image, bytes: Buffer.alloc(length, identity % 251) }))

test('what is written is read, in order', async () => {
  const path = join(await temporaryFolder(), 'p.part')
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 6 }), async (records) => {
      await writePart(path, records)
      const read = await readAll(path)
      expect(read.map(({ identity, image }) => [identity, image])).toEqual(
        records.map(({ identity, image }) => [identity, image]),
      )
      for (const [i, { bytes }] of read.entries()) expect(records[i].bytes.equals(bytes)).toBe(true)
    }),
    { numRuns: 10 },
  )
  expect(await readPartHead(path)).toEqual({ plan: PLAN, part: 7 })
})

test('what is noted of a part is read when its images are, and is under the seal', async () => {
  const path = join(await temporaryFolder(), 'p.part')
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 2 }), fc.string(), async (records, note) => {
      const writer = await PartWriter.create(path, PLAN, 7)
      for (const one of records) await writer.write(one)
      await writer.close(note)
      const images = readPart(path)
      let next = await images.next()
      for (; !next.done; next = await images.next());
      expect(next.value.images).toBe(records.length)
      expect(next.value.note).toBe(note)
    }),
    { numRuns: 10 },
  )
  const writer = await PartWriter.create(path, PLAN, 7)
  await writer.write({ identity: 1, image: 2, bytes: new Uint8Array(3) })
  await writer.close('six')
  const bytes = await readFile(path)
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes)
    altered[at] ^= 1
    await writeFile(path, altered)
    await expect(readAll(path), `byte ${at}`).rejects.toThrow(/this part is damaged/)
  }
})

test('a part has its name only when it is whole; one given up leaves nothing', async () => {
  const folder = await temporaryFolder()
  const writer = await PartWriter.create(join(folder, 'p.part'), PLAN, 7)
  await writer.write({ identity: 0, image: 0, bytes: new Uint8Array(10) })
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^p\.part\..*\.tmp$/)])
  await writer.discard()
  expect(await readdir(folder)).toEqual([])
})

test('every byte is under the seal, and a part that was cut is noticed', async () => {
  const path = join(await temporaryFolder(), 'p.part')
  await writePart(path, [
    { identity: 3, image: 0, bytes: new Uint8Array(20).fill(9) },
    { identity: 3, image: 1, bytes: new Uint8Array(5).fill(8) },
  ])
  const whole = await readFile(path)
  for (let at = 8; at < whole.length; at++) {
    const altered = Buffer.from(whole)
    altered[at] ^= 64
    await writeFile(path, altered)
    await expect(readAll(path)).rejects.toThrow(`${path}: this part is damaged; delete it`)
  }
  await writeFile(path, whole)
  await truncate(path, whole.length - 1)
  await expect(readAll(path)).rejects.toThrow('this part is damaged')
  await writeFile(path, 'no part')
  await expect(readPartHead(path)).rejects.toThrow('this part is damaged')
})
