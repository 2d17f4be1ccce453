import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import type { DatasetReader, DatasetRecord, DatasetWriter } from '../../src/datasets/dataset.js'
import type { DatasetFormat } from '../../src/datasets/formats.js'
import { ImageFolderWriter } from '../../src/datasets/image-folder/writer.js'
import { LmdbWriter } from '../../src/datasets/lmdb/writer.js'
import { RecordIoWriter } from '../../src/datasets/recordio/writer.js'
import { WebDatasetWriter } from '../../src/datasets/webdataset/writer.js'

/** How each format is written in these tests: where, below a folder, and with what. */
export const FORMATS: Record<DatasetFormat, { at: string; create(path: string): Promise<DatasetWriter> }> = {
  folder: { at: 'images', create: (path) => ImageFolderWriter.create(path) },
  webdataset: { at: 'shards', create: (path) => WebDatasetWriter.create(path, 5) },
  recordio: { at: 'records', create: (path) => RecordIoWriter.create(path, { width: 112, height: 112 }) },
  lmdb: { at: 'train.lmdb', create: (path) => LmdbWriter.create(path) },
}
export const FORMAT_NAMES = ['folder', 'webdataset', 'recordio', 'lmdb'] as const

/** Records of the given images, identity after identity from 0. */
export function recordsOf(identities: readonly (readonly Uint8Array[])[]): DatasetRecord[] {
  return identities.flatMap((images, identity) => images.map((bytes, image) => ({ identity, image, bytes })))
}

/** Images that are bytes only: also what begins like another record, and what fills a page of LMDB. */
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc
    .array(fc.constantFrom([0x0a, 0x23, 0xd7, 0xce], [1], [2, 3, 4, 5]), { minLength: 1 })
    .map((parts) => Uint8Array.from(parts.flat())),
  fc.integer({ min: 4060, max: 4100 }).map((length) => new Uint8Array(length).fill(7)),
)
export const someRecords = fc
  .array(fc.array(bytes, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map(recordsOf)

/** Real JPEGs of noise, 112x112, different for each number. */
export async function jpegs(identities: number, images: number): Promise<DatasetRecord[]> {
  const all: Uint8Array[][] = []
  for (let identity = 0; identity < identities; identity++) {
    const own: Uint8Array[] = []
    for (let image = 0; image < images; image++) {
      const pixels = Uint8Array.from(
        { length: 112 * 112 * 3 },
        (_, i) => (i * (identity + 3) + image * 37) % 251,
      )
      const raw = { width: 112, height: 112, channels: 3 } as const
      own.push(Uint8Array.from(await sharp(pixels, { raw }).jpeg().toBuffer()))
    }
    all.push(own)
  }
  return recordsOf(all)
}

/** Writes records in a format below a folder; gives the path of the dataset. */
export async function writeDataset(
  format: DatasetFormat,
  folder: string,
  records: readonly DatasetRecord[],
): Promise<string> {
  const path = join(folder, FORMATS[format].at)
  const writer = await FORMATS[format].create(path)
  for (const record of records) await writer.write(record)
  await writer.close()
  return path
}

/** All records of a dataset without their names, which differ from format to format. */
export async function collect(reader: DatasetReader): Promise<DatasetRecord[]> {
  const records: DatasetRecord[] = []
  try {
    for await (const { identity, image, bytes } of reader.records()) {
      records.push({ identity, image, bytes: Uint8Array.from(bytes) })
    }
  } finally {
    await reader.close()
  }
  return records
}
