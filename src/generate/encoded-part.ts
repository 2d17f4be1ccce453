import type { BatchEncoder } from './batch-encoder.js'
import type { EncodedBatch } from './encode-batch.js'
import type { PixelBatch } from './image-maker.js'
import { PartWriter } from './part-file.js'
import type { RunFolder } from './run-folder.js'

/** A part that is being made: its images are encoded and written, in their order. */
export class EncodedPart {
  readonly #waiting: (() => Promise<void>)[] = []

  private constructor(
    private readonly encoder: BatchEncoder,
    private readonly writer: PartWriter,
  ) {}

  /** @throws InputError where it can't be written */
  static async begin(run: RunFolder, part: number, encoder: BatchEncoder): Promise<EncodedPart> {
    return new EncodedPart(encoder, await PartWriter.create(run.partPath(part), run.id, part))
  }

  /**
   * Takes a batch, and frees its pixels when they are encoded.
   * @returns when another is worth making
   * @throws InputError where one can't be written
   */
  async put(batch: PixelBatch): Promise<void> {
    const encoded = (async () => this.encoder.encode(batch))()
    // What fails is met when its turn comes.
    encoded.then(batch.free, () => {})
    this.#waiting.push(async () => this.#write(batch, await encoded))
    while (this.#waiting.length > this.encoder.ahead) await this.#waiting.shift()?.()
  }

  /** Puts the part into the run's folder. @param note kept with it @throws InputError; nothing of it is left then */
  async close(note: string | undefined): Promise<void> {
    try {
      for (const write of this.#waiting) await write()
      await this.writer.close(note)
    } catch (error) {
      await this.discard()
      throw error
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.writer.discard()
  }

  async #write({ keys }: PixelBatch, { bytes, ends }: EncodedBatch): Promise<void> {
    for (const [i, key] of keys.entries())
      await this.writer.write({ ...key, bytes: bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i]) })
  }
}
