import { encodeJpeg } from '../images/jpeg/encode-jpeg.js'
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
   * @throws InputError where it, or the one before, can't be written
   */
  put(batch: PixelBatch): Promise<void>
  /** Puts the part into the run's folder, or leaves nothing of it behind. @param note kept with it */
  close(note: string | undefined): Promise<void>
  /** Leaves nothing of the part behind. */
  discard(): Promise<void>
}

/** Encodes images as JPEG and writes them, in this thread. */
export class PartEncoder implements PartSink {
  readonly overlaps = false
  #writer: PartWriter | undefined
  /** why the part at hand can't be whole */
  #failure: unknown

  constructor(private readonly run: RunFolder) {}

  async begin(part: number): Promise<void> {
    this.#failure = undefined
    this.#writer = await PartWriter.create(this.run.partPath(part), this.run.id, part)
  }

  async put({ keys, width, height, data }: PixelBatch): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const { jpeg } = this.run.plan
    const length = width * height * 3
    try {
      for (const [i, key] of keys.entries()) {
        const pixels = data.subarray(i * length, (i + 1) * length)
        await this.#writer?.write({ ...key, bytes: encodeJpeg(pixels, width, height, jpeg) })
      }
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async close(note: string | undefined): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure
      await this.#writer?.close(note)
    } catch (error) {
      await this.discard()
      throw error
    }
    this.#writer = undefined
  }

  async discard(): Promise<void> {
    await this.#writer?.discard()
    this.#writer = undefined
  }
}
