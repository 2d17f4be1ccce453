import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'
import { DatasetDigest } from '../datasets/dataset-fingerprint.js'
import type { InputError } from '../errors.js'
import type { EncodedImage } from '../images/image.js'
import { decodingProblem } from '../images/image-decoding.js'
import { PassedOverFiles } from '../images/passed-over.js'
import type { ImageSet } from './image-set.js'

/** Names of records that messages may still ask for. */
const NAMES_KEPT = 4096
const READ_AHEAD = 8

/** A dataset's records as images: to be read in ascending order, which is the only order that its forms share. */
export class DatasetImages implements ImageSet {
  #records: AsyncIterator<DatasetRecord> | undefined
  #next = 0
  #place = 0
  #queue: Promise<unknown> = Promise.resolve()
  readonly #names = new Map<number, string>()

  private constructor(
    private readonly reader: DatasetReader,
    readonly imageCount: number,
    readonly fingerprint: string,
    /** places of the records that are left out */
    private readonly leftOut: ReadonlySet<number>,
    readonly unreadable: PassedOverFiles,
  ) {}

  static async open(reader: DatasetReader, skipUnreadable: boolean): Promise<DatasetImages> {
    const digest = new DatasetDigest()
    const leftOut = new Set<number>()
    const unreadable = new PassedOverFiles()
    let place = 0
    for await (const { record, problem } of lookedAt(reader, skipUnreadable)) {
      if (problem === undefined) digest.add(record)
      else {
        leftOut.add(place)
        unreadable.add({ name: record.name ?? `image ${place + 1}`, reason: problem.what })
      }
      place++
    }
    return new DatasetImages(reader, digest.images, digest.finish(), leftOut, unreadable)
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
      this.#records = this.reader.records({ keepUnreadable: this.leftOut.size > 0 })
      this.#next = 0
      this.#place = 0
    }
    for (;;) {
      const { value, done } = await this.#records.next()
      if (done === true) throw new RangeError(`image ${index} of ${this.imageCount}`)
      if (this.leftOut.has(this.#place++)) continue
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

/** Records of a dataset, in order, each with what keeps it from being decoded, where that is asked. */
async function* lookedAt(
  reader: DatasetReader,
  decode: boolean,
): AsyncGenerator<{ record: DatasetRecord; problem: InputError | undefined }> {
  if (!decode) {
    for await (const record of reader.records()) yield { record, problem: undefined }
    return
  }
  const ahead: Promise<{ record: DatasetRecord; problem: InputError | undefined }>[] = []
  for await (const record of reader.records({ keepUnreadable: true })) {
    const problem = record.problem ?? decodingProblem(record.bytes, record.name ?? '')
    ahead.push(Promise.resolve(problem).then((found) => ({ record, problem: found })))
    if (ahead.length >= READ_AHEAD) yield await (ahead.shift() as (typeof ahead)[number])
  }
  yield* ahead
}
