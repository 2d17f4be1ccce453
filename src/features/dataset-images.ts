import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'
import { DatasetDigest } from '../datasets/dataset-fingerprint.js'
import { ReadableDataset } from '../datasets/readable-dataset.js'
import type { EncodedImage } from '../images/image.js'
import { PassedOverFiles } from '../images/passed-over.js'
import type { ImageSet } from './image-set.js'

/** Names of records that messages may still ask for. */
const NAMES_KEPT = 4096

/** A dataset's records as images: to be read in ascending order, which is the only order that its forms share. */
export class DatasetImages implements ImageSet {
  #records: AsyncIterator<DatasetRecord> | undefined
  #next = 0
  #queue: Promise<unknown> = Promise.resolve()
  readonly #names = new Map<number, string>()

  private constructor(
    private readonly reader: DatasetReader,
    readonly imageCount: number,
    readonly fingerprint: string,
    readonly unreadable: PassedOverFiles,
  ) {}

  static async open(whole: DatasetReader, skipUnreadable: boolean): Promise<DatasetImages> {
    const readable = skipUnreadable ? new ReadableDataset(whole) : undefined
    const reader = readable ?? whole
    const digest = new DatasetDigest()
    for await (const record of reader.records()) digest.add(record)
    const unreadable = readable?.unreadable ?? new PassedOverFiles()
    return new DatasetImages(reader, digest.images, digest.finish(), unreadable)
  }

  get passedOver(): PassedOverFiles {
    return this.reader.passedOver ?? new PassedOverFiles()
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
