import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import type * as TarStream from 'tar-stream'
import { litterReason, type PassedOver } from '../../bytes/folder-listing.js'
import { RandomAccessFile } from '../../bytes/random-access-file.js'
import { asInputError, InputError } from '../../errors.js'
import { hasImageEnding } from '../../images/image-listing.js'
import { PassedOverFiles } from '../../images/passed-over.js'
import { onDemand } from '../../on-demand.js'
import { type DatasetReader, type DatasetRecord, MAX_IMAGE_BYTES } from '../dataset.js'
import { ImageNumbers } from '../image-numbers.js'
import { fieldKind, LONGEST_LABEL, parseLabel, splitName } from './sample.js'
import { type Member, type Sample, SampleMembers } from './sample-members.js'

const tarStream = onDemand<typeof TarStream>('tar-stream')

const READ_AHEAD = 2 ** 18
const BLOCK = 512

type Entry = TarStream.Extract extends AsyncIterable<infer E> ? E : never

/**
 * Tar archives of images with their labels beside them, one archive after the other. Members of one sample
 * stand together and share their name up to the first dot (or to the last one, see {@link SampleMembers});
 * others than images and labels are passed over.
 * Nothing is unpacked to the disk, whatever the members are called.
 */
export class WebDatasetReader implements DatasetReader {
  readonly format = 'webdataset'
  readonly grouped = false
  readonly passedOver = new PassedOverFiles()
  /** archives that were read once, so that what they pass over is counted */
  #read = 0

  /**
   * @param path what messages and reports call the dataset: the folder, or the archive
   * @param shards the archives in order
   * @param imageField of samples that hold several images
   */
  constructor(
    readonly path: string,
    private readonly shards: readonly string[],
    private readonly imageField?: string,
  ) {}

  async *records(): AsyncIterableIterator<DatasetRecord> {
    const numbers = new ImageNumbers()
    let found = false
    for (const [index, shard] of this.shards.entries()) {
      const passOver = (member: PassedOver) => {
        if (index === this.#read) this.passedOver.add(member)
      }
      for await (const { key, image, label } of samples(shard, this.imageField, passOver)) {
        const name = `${basename(shard)}:${key}`
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
      if (index === this.#read) this.#read++
    }
    if (!found) {
      throw new InputError('the archives hold no images', this.path, 'check that writing them came to an end')
    }
  }

  async close(): Promise<void> {}
}

async function* samples(
  path: string,
  imageField: string | undefined,
  passOver: (member: PassedOver) => void,
): AsyncGenerator<Sample> {
  await checkEnd(path)
  const archive = tarStream().extract({ highWaterMark: READ_AHEAD })
  // The error reaches the loop below through the archive, which the pipeline destroys with it.
  pipeline(createReadStream(path, { highWaterMark: READ_AHEAD }), archive, () => {})
  let group: SampleMembers | undefined
  try {
    for await (const entry of archive) {
      const { type } = entry.header
      const name = splitName(entry.header.name)
      const reason = type === 'file' ? reasonToPassOver(entry.header.name) : undefined
      if (reason !== undefined) passOver({ name: entry.header.name, reason })
      if (name === undefined || type !== 'file') {
        entry.resume()
        continue
      }
      if (group?.key !== name.key) {
        yield* group?.samples(passOver) ?? []
        group = new SampleMembers(name.key, imageField, path)
      }
      const member = await readMember(name.key, name.field, entry, path)
      if (member === undefined) continue
      group.add(member)
      yield* group.takeWhole()
    }
  } catch (error) {
    throw asTarError(error, path)
  }
  yield* group?.samples(passOver) ?? []
}

/** Why a member is passed over by its name: what macOS packs beside every file, and images without a name. */
function reasonToPassOver(name: string): string | undefined {
  const base = basename(name)
  return litterReason(base) ?? (hasImageEnding(base) && splitName(name) === undefined ? 'no key' : undefined)
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

/** A member that counts; undefined where it is neither image nor label. */
async function readMember(
  key: string,
  field: string,
  entry: Entry,
  path: string,
): Promise<Member | undefined> {
  const kind = fieldKind(field)
  const where = `${path}: ${key}.${field}`
  if (kind === 'other') {
    entry.resume()
    return undefined
  }
  if (kind === 'image') return { field, kind, bytes: await read(entry, MAX_IMAGE_BYTES, where) }
  return { field, kind, label: parseLabel(kind, await read(entry, LONGEST_LABEL, where), where) }
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
