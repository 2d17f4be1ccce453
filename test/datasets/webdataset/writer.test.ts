import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { WebDatasetReader } from '../../../src/datasets/webdataset/reader.js'
import { WebDatasetWriter } from '../../../src/datasets/webdataset/writer.js'
import { pythonHas } from '../../python.js'
import { temporaryFolder } from '../../scratch.js'
import { describeRecord, python } from '../training-loaders.js'
import { collect, jpegs, writeDataset } from '../training-records.js'

describe.skipIf(!pythonHas('PIL'))(
  'tarfile (needs python3 with PIL; the webdataset package is stood in for)',
  () => {
    test('finds key.jpg and key.cls of every image, and nothing of time or machine', async () => {
      const records = await jpegs(4, 3)
      const path = await writeDataset('webdataset', await temporaryFolder(), records)
      const shards = ['train-000000.tar', 'train-000001.tar', 'train-000002.tar'].map((name) =>
        join(path, name),
      )
      const seen = python.tar(...shards)
      expect(seen.records).toEqual(records.map(describeRecord))
      expect(seen.keys.slice(0, 4)).toEqual(['000000_000', '000000_001', '000000_002', '000001_000'])
      expect(seen.meta).toEqual([[0, 0, 0, '', '', 0o644]])
      expect(python.tar(shards[0]).records).toHaveLength(5)
      expect(python.tar(shards[2]).records).toHaveLength(2)
    })
  },
)

test('labels with gaps and large numbers keep their value and their order', async () => {
  const path = await temporaryFolder()
  const writer = await WebDatasetWriter.create(path)
  const records = [3, 1_000_000, 4_294_967_295].map((identity) => ({
    identity,
    image: 0,
    bytes: Uint8Array.of(1),
  }))
  for (const record of records) await writer.write(record)
  await writer.close()
  expect(await collect(new WebDatasetReader(path, [join(path, 'train-000000.tar')]))).toEqual(records)
})
