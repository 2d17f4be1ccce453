import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type DatasetFormat, datasetFormat } from '../../../../src/datasets/formats.js'
import { openDataset } from '../../../../src/datasets/open-dataset.js'
import { ReadableDataset } from '../../../../src/datasets/readable-dataset.js'
import type { FuzzedReader } from '../reader.js'
import { smallJpeg } from '../small-images.js'

/** Two identities of two images in a form. @returns the bytes of one of its files */
async function written(format: DatasetFormat, file: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'))
  const { outputName, create } = datasetFormat(format)
  const writer = await create(join(folder, outputName))
  for (const identity of [0, 1])
    for (const image of [0, 1])
      await writer.write({ identity, image, bytes: await smallJpeg(2 * identity + image) })
  await writer.close()
  const bytes = await readFile(join(folder, outputName, file))
  await rm(folder, { recursive: true })
  return bytes
}

/** Reads it twice: every record, and what is readable of it. */
async function read(path: string): Promise<void> {
  const dataset = await openDataset(path)
  try {
    const readable = new ReadableDataset(dataset)
    for await (const _ of readable.records());
    await readable.countImages()
    for await (const _ of dataset.records());
  } finally {
    await dataset.close()
  }
}

export const webdataset: FuzzedReader = {
  id: 'webdataset',
  file: 'train.tar',
  seeds: async () => [await written('webdataset', 'train-000000.tar')],
  words: [
    'ustar\x0000',
    '././@LongLink',
    'a.jpg',
    'a.cls',
    'a.json',
    '{"label":1}',
    '0777777777',
    '\x80\xff\xff\xff',
    'path=x\n',
  ],
  read,
}

export const lmdb: FuzzedReader = {
  id: 'lmdb',
  file: 'train.lmdb',
  seeds: async () => [await written('lmdb', '')],
  words: ['__keys__', '__len__', '\x02\x00\x00\x00', 'num-samples', 'image-000000001', '\x93\x00'],
  read,
}

export const recordio: FuzzedReader = {
  id: 'recordio',
  file: 'train.rec',
  seeds: async () => [await written('recordio', 'train.rec')],
  words: [
    Uint8Array.of(0x0a, 0x23, 0xd7, 0xce),
    Uint8Array.of(0, 0, 0, 0x20),
    Uint8Array.of(0xff, 0xff, 0xff, 0x1f),
  ],
  neighbours: async (folder) => writeFile(join(folder, 'train.idx'), await written('recordio', 'train.idx')),
  read,
}

export const recordioIndex: FuzzedReader = {
  id: 'recordio-index',
  file: 'train.idx',
  seeds: async () => [await written('recordio', 'train.idx')],
  words: ['\t', '0\t0\n', '1048570\t8\n', '9007199254740993\t1\n', '-1\t-1\n', '\r\n'],
  neighbours: async (folder) => writeFile(join(folder, 'train.rec'), await written('recordio', 'train.rec')),
  read: (path) => read(join(dirname(path), 'train.rec')),
}

/** The same without an index: records one after another. */
export const recordioAlone: FuzzedReader = {
  ...recordio,
  id: 'recordio-alone',
  neighbours: async () => {},
}
