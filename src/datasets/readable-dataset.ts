import type { InputError } from '../errors.js'
import { decodingProblem } from '../images/image-decoding.js'
import { PassedOverFiles } from '../images/passed-over.js'
import type { DatasetReader, DatasetRecord } from './dataset.js'

const AHEAD = 8

/**
 * A dataset without the images that can't be read or don't decode. The first reading decodes each image to find them;
 * later ones know them. Memory: 8 bytes for each that is left out.
 */
export class ReadableDataset implements DatasetReader {
  readonly unreadable = new PassedOverFiles()
  /** places in the order of reading, ascending */
  #leftOut: readonly number[] = []
  #images: number | undefined

  constructor(private readonly whole: DatasetReader) {}

  get format(): string {
    return this.whole.format
  }

  get path(): string {
    return this.whole.path
  }

  get grouped(): boolean {
    return this.whole.grouped
  }

  get identityCount(): number | undefined {
    return this.whole.identityCount
  }

  get identityNames(): readonly string[] | undefined {
    return this.whole.identityNames
  }

  get passedOver(): PassedOverFiles | undefined {
    return this.whole.passedOver
  }

  get imageCount(): number | undefined {
    return this.#images
  }

  /** How many are left; where that is not known yet, each image is decoded. */
  async countImages(): Promise<number> {
    if (this.#images === undefined) for await (const _ of this.records());
    return this.#images ?? 0
  }

  async *records(): AsyncIterableIterator<DatasetRecord> {
    const known = this.#images !== undefined
    const leftOut: number[] = []
    const unreadable = new PassedOverFiles()
    let place = 0
    let images = 0
    for await (const { record, problem } of known ? this.#known() : this.#decoded()) {
      if (problem === undefined) {
        images++
        yield record
      } else {
        leftOut.push(place)
        unreadable.add({ name: record.name ?? `image ${place + 1}`, reason: problem.what })
      }
      place++
    }
    // Two first readings may end one after another.
    if (this.#images !== undefined) return
    this.#leftOut = leftOut
    this.unreadable.addAll(unreadable)
    this.#images = images
  }

  close(): Promise<void> {
    return this.whole.close()
  }

  async *#known(): AsyncGenerator<LookedAt> {
    let place = 0
    let next = 0
    for await (const record of this.whole.records({ keepUnreadable: true })) {
      if (this.#leftOut[next] === place++) next++
      else yield { record, problem: undefined }
    }
  }

  /** Records in order, while the next ones are being decoded. */
  async *#decoded(): AsyncGenerator<LookedAt> {
    const ahead: (LookedAt | Promise<LookedAt>)[] = []
    for await (const record of this.whole.records({ keepUnreadable: true })) {
      if (record.problem === undefined) {
        const looked = lookAt(record)
        // A failure is met when its turn comes.
        looked.catch(() => {})
        ahead.push(looked)
      } else ahead.push({ record, problem: record.problem })
      const first = ahead.length >= AHEAD ? ahead.shift() : undefined
      if (first !== undefined) yield first
    }
    for (const looked of ahead) yield looked
  }
}

interface LookedAt {
  readonly record: DatasetRecord
  readonly problem: InputError | undefined
}

async function lookAt(record: DatasetRecord): Promise<LookedAt> {
  return { record, problem: await decodingProblem(record.bytes, record.name ?? '') }
}
