import type { FileHandle } from 'node:fs/promises'
import { asInputError } from '../errors.js'
import { createFile, writeAll } from './files.js'

const BUFFERED = 2 ** 20

/** Writes a file from its beginning to its end in large pieces, however small the pieces that come. */
export class AppendFile {
  readonly #buffer = Buffer.allocUnsafe(BUFFERED)
  #used = 0
  #written = 0

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Creates the file, or empties the one that is there. @throws InputError */
  static async create(path: string): Promise<AppendFile> {
    try {
      return new AppendFile(path, await createFile(path))
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /** Number of bytes appended so far. */
  get length(): number {
    return this.#written + this.#used
  }

  /** Appends bytes; they may be changed once the promise is fulfilled. @throws InputError when the disk is full */
  async append(bytes: Uint8Array): Promise<void> {
    let from = 0
    while (from < bytes.length) {
      const count = Math.min(bytes.length - from, BUFFERED - this.#used)
      this.#buffer.set(
        from === 0 && count === bytes.length ? bytes : bytes.subarray(from, from + count),
        this.#used,
      )
      this.#used += count
      from += count
      if (this.#used === BUFFERED) await this.#flush()
    }
  }

  /** Appends zeros up to the next multiple of `unit` (at most 4096). */
  async pad(unit: number): Promise<void> {
    const over = this.length % unit
    if (over !== 0) await this.append(ZEROS.subarray(0, unit - over))
  }

  /** Puts what was appended safely on the disk, then replaces bytes at `position`. @throws InputError */
  async overwrite(position: number, bytes: Uint8Array): Promise<void> {
    await this.#flush()
    try {
      await this.file.sync()
      await writeAll(this.file, bytes, position)
    } catch (error) {
      throw asInputError(error, this.path)
    }
  }

  /** Puts everything safely on the disk and closes the file. @throws InputError */
  async close(): Promise<void> {
    try {
      await this.#flush()
      await this.file.sync()
    } catch (error) {
      throw asInputError(error, this.path)
    } finally {
      await this.file.close()
    }
  }

  async #flush(): Promise<void> {
    try {
      await writeAll(this.file, this.#buffer.subarray(0, this.#used), this.#written)
    } catch (error) {
      throw asInputError(error, this.path)
    }
    this.#written += this.#used
    this.#used = 0
  }
}

const ZEROS = Buffer.alloc(4096)
