import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFolder } from '../../bytes/files.js'
import { asInputError } from '../../errors.js'
import { imageEnding } from '../../images/image-type.js'
import type { DatasetRecord, DatasetWriter } from '../dataset.js'
import { RecordOrder } from '../record-order.js'

/** Writes `000123/007.jpg`: six digits of the identity, three of the image, more where they need more. */
export class ImageFolderWriter implements DatasetWriter {
  readonly #order: RecordOrder
  #folder = ''

  private constructor(private readonly path: string) {
    this.#order = new RecordOrder(path)
  }

  /** Creates the folder if need be. @throws InputError */
  static async create(path: string): Promise<ImageFolderWriter> {
    await createFolder(path)
    return new ImageFolderWriter(path)
  }

  async write(record: DatasetRecord): Promise<void> {
    if (this.#order.next(record)) {
      this.#folder = join(this.path, String(record.identity).padStart(6, '0'))
      await createFolder(this.#folder)
    }
    const name = `${String(record.image).padStart(3, '0')}.${imageEnding(record.bytes)}`
    try {
      // In a file of a few kilobytes the promise costs ten times the writing.
      writeFileSync(join(this.#folder, name), record.bytes)
    } catch (error) {
      throw asInputError(error, join(this.#folder, name))
    }
  }

  async close(): Promise<void> {}
}
