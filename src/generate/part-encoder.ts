import { encodeJpeg } from '../images/jpeg.js'
import type { PixelBatch } from './image-maker.js'
import { PartWriter } from './part-file.js'
import type { RunFolder } from './run-folder.js'

/** Takes the images of one part after another, in order. */
export interface PartSink {
  /** whether a part may begin while the one before is closed */
  readonly overlaps: boolean
  /** Begins a part. */
  begin(part: number): Promise<void>
  /**
   * Takes a batch. Once the promise is kept the batch before it is not needed any more; its own bytes may still be read.
   * @throws InputError where it, or the one before, can't be encoded or written
   */
  put(batch: PixelBatch): Promise<void>
  /** Puts the part into the run's folder, or leaves nothing of it behind. @param note kept with it */
  close(note: string | undefined): Promise<void>
  /** Leaves nothing of the part behind. */
  discard(): Promise<void>
}

/** What is encoded of a batch. */
type Encoded = readonly (PixelBatch['keys'][number] & { readonly bytes: Uint8Array })[]

/** Encodes images as JPEG, a batch in libvips' threads while the one before is written. */
export class PartEncoder implements PartSink {
  readonly overlaps = false
  #writer: PartWriter | undefined
  #before: Promise<Encoded> | undefined
  /** why the part at hand can't be whole */
  #failure: unknown

  constructor(private readonly run: RunFolder) {}

  async begin(part: number): Promise<void> {
    this.#failure = undefined
    this.#writer = await PartWriter.create(this.run.partPath(part), this.run.id, part)
  }

  async put({ keys, width, height, data }: PixelBatch): Promise<void> {
    const { jpeg } = this.run.plan
    const length = width * height * 3
    const encoded = Promise.all(
      keys.map(async (key, i) => ({
        ...key,
        bytes: await encodeJpeg(data.subarray(i * length, (i + 1) * length), width, height, jpeg),
      })),
    )
    // What fails is met when its turn comes.
    encoded.catch(() => {})
    await this.#write(encoded)
  }

  async close(note: string | undefined): Promise<void> {
    try {
      await this.#write(undefined)
      await this.#writer?.close(note)
    } catch (error) {
      await this.discard()
      throw error
    }
    this.#writer = undefined
  }

  async discard(): Promise<void> {
    // Pixels that are still read must not be written over.
    await this.#before?.catch(() => {})
    this.#before = undefined
    await this.#writer?.discard()
    this.#writer = undefined
  }

  /** Writes the batch before `next`. */
  async #write(next: Promise<Encoded> | undefined): Promise<void> {
    const before = this.#before
    this.#before = next
    if (this.#failure !== undefined) throw this.#failure
    try {
      for (const record of (await before) ?? []) await this.#writer?.write(record)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }
}
