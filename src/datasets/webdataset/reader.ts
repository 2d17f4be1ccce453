import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { type Extract, extract } from 'tar-stream'
import { RandomAccessFile } from '../../bytes/random-access-file.js'
import { asInputError, InputError } from '../../errors.js'
import { type DatasetReader, type DatasetRecord, MAX_IMAGE_BYTES } from '../dataset.js'
import { ImageNumbers } from '../image-numbers.js'
import { fieldKind, LONGEST_LABEL, parseLabel, type Sample, splitName } from './sample.js'

const READ_AHEAD = 2 ** 18
const BLOCK = 512

type Entry = Extract extends AsyncIterable<infer E> ? E : never

/**
 * Tar archives of images with their labels beside them, one archive after the other. Members of one sample
 * stand together and share their name up to the first dot; others than images and labels are passed over.
 * Nothing is unpacked to the disk, whatever the members are called.
 */
export class WebDatasetReader implements DatasetReader {
  readonly format = 'webdataset'
  readonly grouped = false

  /**
   * @param path what messages and reports call the dataset: the folder, or the archive
   * @param shards the archives in order
   */
  constructor(
    readonly path: string,
    private readonly shards: readonly string[],
  ) {}

  async *records(): AsyncIterableIterator<DatasetRecord> {
    const numbers = new ImageNumbers()
    let found = false
    for (const shard of this.shards) {
      for await (const { key, image, label } of samples(shard)) {
        const name = `${basename(shard)}:${key}`
        // Archives may hold other things, such as a README; a label without an image is no record either.
        if (image === undefined) continue
        if (label === undefined) {
          throw new InputError(
            `${key} has no label`,
            shard,
            `put ${key}.cls (the label as text) or ${key}.json beside the image`,
          )
        }
        found = true
        yield { identity: label, image: numbers.next(label), bytes: image, name }
      }
    }
    if (!found) {
      throw new InputError('the archives hold no images', this.path, 'check that writing them came to an end')
    }
  }

  async close(): Promise<void> {}
}

async function* samples(path: string): AsyncGenerator<Sample> {
  await checkEnd(path)
  const archive = extract({ highWaterMark: READ_AHEAD })
  // The error reaches the loop below through the archive, which the pipeline destroys with it.
  pipeline(createReadStream(path, { highWaterMark: READ_AHEAD }), archive, () => {})
  let sample: Sample | undefined
  try {
    for await (const entry of archive) {
      const name = splitName(entry.header.name)
      if (name === undefined || entry.header.type !== 'file') {
        entry.resume()
        continue
      }
      if (sample?.key !== name.key) {
        if (sample !== undefined) yield sample
        sample = { key: name.key }
      }
      await readField(sample, name.field, entry, path)
    }
  } catch (error) {
    throw asTarError(error, path)
  }
  if (sample !== undefined) yield sample
}

/** An archive cut short between two members looks whole but for the block of zeros that ends it. */
async function checkEnd(path: string): Promise<void> {
  const file = await RandomAccessFile.open(path)
  try {
    const end = await file.read(Math.max(0, file.size - BLOCK), Math.min(BLOCK, file.size))
    if (end.length < BLOCK || end.some((byte) => byte !== 0)) throw file.endsEarly()
  } finally {
    await file.close()
  }
}

async function readField(sample: Sample, field: string, entry: Entry, path: string): Promise<void> {
  const kind = fieldKind(field)
  const where = `${path}: ${sample.key}.${field}`
  if (kind === 'other') {
    entry.resume()
  } else if (kind === 'image') {
    sample.image = await read(entry, MAX_IMAGE_BYTES, where)
  } else {
    const label = parseLabel(kind, await read(entry, LONGEST_LABEL, where), where)
    // A .json may hold anything; where a .cls stands beside it, that is the label.
    if (kind === 'cls' || sample.label === undefined) sample.label = label
  }
}

async function read(entry: Entry, limit: number, where: string): Promise<Buffer> {
  const { size } = entry.header
  if (size > limit) {
    throw new InputError(
      `the member has ${size} bytes, more than the ${limit} that are read`,
      where,
      'leave it out',
    )
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk)
  // A copy, because a chunk is a view of a large read that it would keep alive.
  return Buffer.concat(chunks)
}

function asTarError(error: unknown, path: string): unknown {
  const known = asInputError(error, path)
  if (known instanceof InputError || !(error instanceof Error)) return known
  const cut = /end of data/i.test(error.message)
  const what = cut
    ? 'the archive ends in the middle of a member'
    : 'the archive is corrupt, or is no tar archive'
  return new InputError(what, path, 'copy or download it again', { cause: error })
}
