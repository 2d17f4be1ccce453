import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Sharp from 'sharp'
import { AppendFile } from '../../bytes/append-file.js'
import { createFolder } from '../../bytes/files.js'
import { asInputError, InputError } from '../../errors.js'
import { onDemand } from '../../on-demand.js'
import type { DatasetRecord, DatasetWriter } from '../dataset.js'
import { RecordOrder } from '../record-order.js'
import { frame } from './framing.js'
import { HIGHEST_LABEL, packImage, packLabels } from './image-record.js'

const sharp = onDemand<typeof Sharp>('sharp')

/** The size that `property` states, in pixels. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/**
 * Writes `train.rec`, `train.idx` and `property` as insightface's `RecBuilder` does: images are records 1 ..,
 * after them one record an identity with its range of images, last record 0 with the range of those.
 *
 * Record numbers are stored as float32, so images and identities together are at most 2^24 - 1 (16,777,215).
 * Memory: a few bytes an identity.
 */
export class RecordIoWriter implements DatasetWriter {
  readonly #order: RecordOrder
  readonly #firstImages: number[] = []
  #next = 1
  #classes = 0

  private constructor(
    private readonly path: string,
    private readonly rec: AppendFile,
    private readonly idx: AppendFile,
    private size: ImageSize | undefined,
  ) {
    this.#order = new RecordOrder(path)
  }

  /**
   * @param path the folder; created if need be
   * @param size what `property` says of the images; taken from the first image where it is left out
   * @throws InputError
   */
  static async create(path: string, size?: ImageSize): Promise<RecordIoWriter> {
    await createFolder(path)
    const rec = await AppendFile.create(join(path, 'train.rec'))
    return new RecordIoWriter(path, rec, await AppendFile.create(join(path, 'train.idx')), size)
  }

  async write(record: DatasetRecord): Promise<void> {
    if (this.#order.next(record)) this.#firstImages.push(this.#next)
    if (this.#next + this.#firstImages.length >= HIGHEST_LABEL || record.identity >= HIGHEST_LABEL) {
      throw new InputError(
        `RecordIO numbers records in float32: it cannot hold more than ${HIGHEST_LABEL - 1} images and identities`,
        this.path,
        'use another format, or split the dataset',
      )
    }
    this.size ??= await sizeOf(record)
    this.#classes = record.identity + 1
    await this.#append(this.#next, packImage(record.identity, this.#next, record.bytes))
    this.#next++
  }

  async close(): Promise<void> {
    const firstIdentity = this.#next
    for (const [i, first] of this.#firstImages.entries()) {
      const end = this.#firstImages[i + 1] ?? firstIdentity
      await this.#append(this.#next, packLabels([first, end], this.#next))
      this.#next++
    }
    await this.#append(0, packLabels([firstIdentity, this.#next], 0, 1))
    await this.rec.close()
    await this.idx.close()
    const property = join(this.path, 'property')
    const { width, height } = this.size ?? { width: 112, height: 112 }
    try {
      await writeFile(property, `${this.#classes},${height},${width}\n`)
    } catch (error) {
      throw asInputError(error, property)
    }
  }

  async #append(number: number, record: Buffer): Promise<void> {
    await this.idx.append(Buffer.from(`${number}\t${this.rec.length}\n`, 'latin1'))
    await this.rec.append(frame(record, this.path))
  }
}

async function sizeOf({ bytes, identity, image }: DatasetRecord): Promise<ImageSize> {
  try {
    return await sharp()(bytes).metadata()
  } catch (cause) {
    const where = `image ${image} of identity ${identity}`
    throw new InputError('is not an image that can be decoded', where, 'encode it as JPEG', { cause })
  }
}
