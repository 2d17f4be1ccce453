import { createHash } from 'node:crypto'
import type { DatasetReader, DatasetRecord } from '../datasets/dataset.js'

/** 32-bit numbers of a digest. */
const WORDS = 8

/**
 * How far a pass over a dataset is, and what the images were that it is done with: a checkpoint is gone on with where
 * they are the same, whatever else the dataset's files say of themselves.
 */
export class ImagesDone {
  #link: Buffer = Buffer.alloc(4 * WORDS)

  /** @returns the digest of all images up to this one */
  add({ identity, image, bytes }: DatasetRecord): Buffer {
    const head = Buffer.allocUnsafe(12)
    head.writeUInt32LE(identity, 0)
    head.writeUInt32LE(image, 4)
    head.writeUInt32LE(bytes.length, 8)
    this.#link = createHash('sha256').update(this.#link).update(head).update(bytes).digest()
    return this.#link
  }

  /** Numbers of a checkpoint that {@link state} gives. */
  static readonly NUMBERS = 1 + WORDS

  /** As numbers for a checkpoint: how many images, then the digest of them all. */
  static state(done: number, digest: Buffer): Float64Array {
    return Float64Array.of(done, ...Array.from({ length: WORDS }, (_, word) => digest.readUInt32LE(4 * word)))
  }

  /**
   * Reads the images that a checkpoint counts as done.
   * @param checkpoint begins with what {@link state} gave
   * @returns whether they are what they were
   */
  static async areSame(
    dataset: DatasetReader,
    checkpoint: Float64Array,
    keepUnreadable: boolean,
  ): Promise<boolean> {
    const [done] = checkpoint
    const images = new ImagesDone()
    let read = 0
    for await (const record of dataset.records({ keepUnreadable })) {
      const digest = images.add(record)
      if (++read === done)
        return ImagesDone.state(done, digest).every((number, i) => number === checkpoint[i])
    }
    return false
  }
}
