import { createHash } from 'node:crypto'
import type { DatasetReader, DatasetRecord } from './dataset.js'

/**
 * SHA-256 over the records of a dataset in their order: for each one identity, number of the image and number
 * of bytes (32 bits each, little-endian), then the bytes. Equal in every format that keeps labels and order;
 * names, and whatever else a format stores, do not count.
 */
export class DatasetDigest {
  readonly #hash = createHash('sha256')
  #images = 0
  #bytes = 0

  add({ identity, image, bytes }: DatasetRecord): void {
    const head = Buffer.allocUnsafe(12)
    head.writeUInt32LE(identity, 0)
    head.writeUInt32LE(image, 4)
    head.writeUInt32LE(bytes.length, 8)
    this.#hash.update(head).update(bytes)
    this.#images++
    this.#bytes += bytes.length
  }

  /** Images added so far. */
  get images(): number {
    return this.#images
  }

  /** Bytes of the images added so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** The digest in hex; nothing can be added after it. */
  finish(): string {
    return this.#hash.digest('hex')
  }
}

/** Reads a whole dataset and gives the {@link DatasetDigest} of it, in hex. @throws InputError */
export async function fingerprintDataset(reader: DatasetReader): Promise<string> {
  const digest = new DatasetDigest()
  for await (const record of reader.records()) digest.add(record)
  return digest.finish()
}
