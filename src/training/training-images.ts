import { join } from 'node:path'
import { AppendFile } from '../bytes/append-file.js'
import { exists, moveDurably } from '../bytes/files.js'
import { RandomAccessFile } from '../bytes/random-access-file.js'
import { type DatasetReader, type DatasetRecord, LEAVE_OUT } from '../datasets/dataset.js'
import { DatasetDigest } from '../datasets/dataset-fingerprint.js'
import { InputError } from '../errors.js'
import { readCheckpoint, writeCheckpoint } from '../features/checkpoint-file.js'
import { decodeImage } from '../images/image-decoding.js'
import { PassedOverFiles } from '../images/passed-over.js'
import { type Progress, silent } from '../progress.js'

const PACK = 'images.pack'
const INDEX = 'images.index'
/** Images that are decoded at the same time, to see whether they can be. */
const AHEAD = 8

/** Where images lie and whose they are; labels count from 0 in the order of the dataset's own, without gaps. */
export interface ImageIndex {
  readonly pack: string
  readonly labels: Uint32Array
  /** in bytes; image i lies between offsets i and i + 1 */
  readonly offsets: Float64Array
  readonly identities: number
}

/** A dataset, read once. */
export interface DatasetSurvey {
  /** SHA-256 of the dataset's records */
  readonly fingerprint: string
  readonly images: number
  readonly identities: number
}

/** A dataset made ready for training. */
export interface TrainingImages extends ImageIndex {
  readonly unreadable: PassedOverFiles
}

interface PackOptions {
  /** leave out images that don't decode, instead of ending at the first */
  readonly skipUnreadable?: boolean | undefined
  readonly progress?: Progress | undefined
}

/** Reads a dataset once. @throws InputError */
export async function surveyDataset(
  dataset: DatasetReader,
  progress: Progress = silent,
): Promise<DatasetSurvey> {
  const digest = new DatasetDigest()
  const identities = new Set<number>()
  progress.start(`reading ${dataset.path}`, dataset.imageCount ?? 0, 'images')
  try {
    for await (const record of dataset.records({ keepUnreadable: true })) {
      digest.add(record)
      identities.add(record.identity)
      progress.update(digest.images)
    }
  } finally {
    progress.stop()
  }
  return { images: digest.images, identities: identities.size, fingerprint: digest.finish() }
}

/**
 * Makes a dataset of any form readable in any order: its images, as they are encoded, go one after another into a file of
 * the folder, each looked at once to see whether it decodes; or are there from an earlier call. Memory: 16 bytes an image.
 *
 * @throws InputError at an image that can't be read; where there is none
 */
export async function packImages(
  dataset: DatasetReader,
  { fingerprint }: DatasetSurvey,
  folder: string,
  options: PackOptions = {},
): Promise<TrainingImages> {
  const pack = join(folder, PACK)
  const key = JSON.stringify([fingerprint, options.skipUnreadable === true])
  const unreadable = new PassedOverFiles()
  const kept = (await exists(pack)) ? await readCheckpoint(join(folder, INDEX), key) : undefined
  const numbers = kept ?? (await write(dataset, pack, options, unreadable))
  const index = indexOf(numbers, pack)
  if (index.labels.length === 0)
    throw new InputError('no image of the dataset can be read', dataset.path, 'check the images')
  if (kept === undefined) await writeCheckpoint(join(folder, INDEX), key, [numbers])
  return { ...index, unreadable }
}

/** Labels and ends of all images, one pair of numbers each. */
async function write(
  dataset: DatasetReader,
  pack: string,
  { skipUnreadable, progress = silent }: PackOptions,
  unreadable: PassedOverFiles,
): Promise<Float64Array> {
  const numbers: number[] = []
  const file = await AppendFile.create(`${pack}.partial`)
  progress.start(`packing ${dataset.path}`, dataset.imageCount ?? 0, 'images')
  try {
    for await (const { record, problem } of looked(dataset)) {
      if (problem !== undefined) {
        if (skipUnreadable !== true) throw problem.or(LEAVE_OUT)
        unreadable.add({ name: nameOf(record), reason: problem.what })
        continue
      }
      await file.append(record.bytes)
      numbers.push(record.identity, file.length)
      progress.update(numbers.length / 2)
    }
  } finally {
    progress.stop()
    await file.close()
  }
  await moveDurably(`${pack}.partial`, pack)
  return Float64Array.from(numbers)
}

const nameOf = ({ name, identity, image }: DatasetRecord): string =>
  name ?? `image ${image} of identity ${identity}`

/** Records in order, each with the reason where it doesn't decode, while the next ones are being looked at. */
async function* looked(dataset: DatasetReader) {
  const waiting: Promise<{ record: DatasetRecord; problem: InputError | undefined }>[] = []
  for await (const record of dataset.records({ keepUnreadable: true })) {
    const look = decodeImage(record.bytes, nameOf(record)).then(
      () => ({ record, problem: record.problem }),
      (error: unknown) => {
        if (error instanceof InputError) return { record, problem: record.problem ?? error }
        throw error
      },
    )
    // A failure is met when its turn comes.
    look.catch(() => {})
    waiting.push(look)
    const first = waiting.length >= AHEAD ? waiting.shift() : undefined
    if (first !== undefined) yield await first
  }
  for (const look of waiting) yield await look
}

function indexOf(numbers: Float64Array, pack: string): ImageIndex {
  const count = numbers.length / 2
  const own = Float64Array.from({ length: count }, (_, i) => numbers[2 * i])
  const known = [...new Set(own)].sort((a, b) => a - b)
  const labelOf = new Map(known.map((identity, label) => [identity, label]))
  const offsets = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) offsets[i + 1] = numbers[2 * i + 1]
  return {
    pack,
    labels: Uint32Array.from(own, (identity) => labelOf.get(identity) ?? 0),
    offsets,
    identities: known.length,
  }
}

/** How many images each identity has. */
export function imagesOfIdentities({ labels, identities }: ImageIndex): Uint32Array {
  const counts = new Uint32Array(identities)
  for (const label of labels) counts[label]++
  return counts
}

/** @throws InputError where there is one identity, or none has two images */
export function requireIdentities({ labels, identities }: ImageIndex, path: string): void {
  if (identities === 1)
    throw new InputError(
      'all images are of one identity: there is nothing to tell apart',
      path,
      'train on a dataset of many; in a folder each identity is a folder of its own',
    )
  if (identities === labels.length)
    throw new InputError(
      `each of the ${identities} identities has one image: nothing shows what images of one have in common`,
      path,
      'train on a dataset with several images an identity',
    )
}

/** The encoded images of an index, in any order. */
export class PackedImages {
  private constructor(
    private readonly file: RandomAccessFile,
    private readonly offsets: Float64Array,
  ) {}

  /** @throws InputError */
  static async open({ pack, offsets }: Pick<ImageIndex, 'pack' | 'offsets'>): Promise<PackedImages> {
    return new PackedImages(await RandomAccessFile.open(pack), offsets)
  }

  read(image: number): Promise<Uint8Array> {
    const from = this.offsets[image]
    return this.file.read(from, this.offsets[image + 1] - from)
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
