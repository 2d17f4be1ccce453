import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { DatasetReader } from '../datasets/dataset.js'
import { DatasetDigest } from '../datasets/dataset-fingerprint.js'
import { naturalOrder } from '../datasets/natural-order.js'
import { openDataset } from '../datasets/open-dataset.js'
import { asInputError } from '../errors.js'
import type { EncodedImage } from '../images/image.js'
import { IMAGE_ENDINGS } from '../images/image-type.js'
import type { ImageSource } from './extraction.js'

/** Images whose labels don't matter: a folder of images, as pytorch-fid takes, or a training dataset of any form. */
export interface ImageSet extends ImageSource {
  close(): Promise<void>
}

/** Names of records that messages may still ask for. */
const NAMES_KEPT = 4096

async function imagesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile() && IMAGE_ENDINGS.has(extname(entry.name).slice(1).toLowerCase()))
      .map((entry) => entry.name)
      .sort(naturalOrder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return []
    throw asInputError(error, folder)
  }
}

async function flatFolder(folder: string, names: readonly string[]): Promise<ImageSet> {
  const read = async (index: number): Promise<EncodedImage> => {
    const path = join(folder, names[index])
    try {
      return { kind: 'encoded', bytes: await readFile(path) }
    } catch (error) {
      throw asInputError(error, path)
    }
  }
  const hash = createHash('sha256').update('image-set-1')
  for (let index = 0; index < names.length; index++) {
    const { bytes } = await read(index)
    hash.update(`\n${bytes.length}\n`).update(bytes)
  }
  return {
    name: folder,
    imageCount: names.length,
    fingerprint: hash.digest('hex'),
    imageName: (index) => join(folder, names[index]),
    read,
    close: async () => {},
  }
}

/** A dataset's records as images: to be read in ascending order, which is the only order that its forms share. */
class DatasetImages implements ImageSet {
  #records: AsyncIterator<{ bytes: Uint8Array; name?: string }> | undefined
  #next = 0
  #queue: Promise<unknown> = Promise.resolve()
  readonly #names = new Map<number, string>()

  private constructor(
    private readonly reader: DatasetReader,
    readonly imageCount: number,
    readonly fingerprint: string,
  ) {}

  static async open(reader: DatasetReader): Promise<DatasetImages> {
    const digest = new DatasetDigest()
    for await (const record of reader.records()) digest.add(record)
    return new DatasetImages(reader, digest.images, digest.finish())
  }

  get name(): string {
    return this.reader.path
  }

  imageName(index: number): string {
    return `${this.reader.path}: ${this.#names.get(index) ?? `image ${index + 1}`}`
  }

  read(index: number): Promise<EncodedImage> {
    const image = this.#queue.then(() => this.#advanceTo(index))
    this.#queue = image.catch(() => {})
    return image
  }

  async #advanceTo(index: number): Promise<EncodedImage> {
    if (this.#records === undefined || index < this.#next) {
      this.#records = this.reader.records()
      this.#next = 0
    }
    for (;;) {
      const { value, done } = await this.#records.next()
      if (done === true) throw new RangeError(`image ${index} of ${this.imageCount}`)
      const at = this.#next++
      if (at < index) continue
      if (value.name !== undefined) this.#names.set(at, value.name)
      this.#names.delete(at - NAMES_KEPT)
      return { kind: 'encoded', bytes: value.bytes }
    }
  }

  async close(): Promise<void> {
    await this.#records?.return?.()
    await this.reader.close()
  }
}

/**
 * Opens a folder of images, or a training dataset of any form. Everything is read once for the fingerprint.
 * @throws InputError where it is neither, or an image can't be read
 */
export async function openImageSet(path: string): Promise<ImageSet> {
  const names = await imagesIn(path)
  return names.length > 0 ? flatFolder(path, names) : DatasetImages.open(await openDataset(path))
}
