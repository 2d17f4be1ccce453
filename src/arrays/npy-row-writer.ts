import { type FileHandle, open } from 'node:fs/promises'
import { createFile, writeAll } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { encodeNpyHeader } from './npy.js'

/**
 * Writes a `.npy` file of float32 rows a piece at a time; the number of rows is set when it is closed.
 * Memory does not grow with the rows.
 */
export class NpyRowWriter {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly columns: number,
    private rows: number,
  ) {}

  /** Begins a file, or empties the one that is there. @throws InputError */
  static async create(path: string, columns: number): Promise<NpyRowWriter> {
    try {
      const file = await createFile(path)
      await file.write(widestHeader(columns))
      return new NpyRowWriter(path, file, columns, 0)
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /**
   * Goes on after the first `rows` rows of a file that was begun and never closed; what follows them is lost.
   * @throws InputError where the file is not there, or shorter
   */
  static async resume(path: string, columns: number, rows: number): Promise<NpyRowWriter> {
    const length = widestHeader(columns).length + rows * columns * 4
    try {
      const file = await open(path, 'r+')
      const { size } = await file.stat()
      if (size < length) {
        await file.close()
        throw new InputError(`the file ends before row ${rows}`, path, 'delete it and begin anew')
      }
      await file.truncate(length)
      return new NpyRowWriter(path, file, columns, rows)
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /** @param rows whole rows, one after another @throws InputError when the disk is full */
  async append(rows: Float32Array): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
    try {
      await writeAll(this.file, bytes, this.#end)
    } catch (error) {
      throw asInputError(error, this.path)
    }
    this.rows += rows.length / this.columns
  }

  /** Puts all rows appended so far safely on the disk. @throws InputError */
  async sync(): Promise<void> {
    try {
      await this.file.sync()
    } catch (error) {
      throw asInputError(error, this.path)
    }
  }

  /** @throws InputError when the disk is full */
  async close(): Promise<void> {
    try {
      await this.file.write(encodeNpyHeader('<f4', [this.rows, this.columns]), 0, undefined, 0)
    } catch (error) {
      throw asInputError(error, this.path)
    } finally {
      await this.file.close()
    }
  }

  get #end(): number {
    return widestHeader(this.columns).length + this.rows * this.columns * 4
  }
}

/** As wide as a header can get, so that it can be written again at the end. */
function widestHeader(columns: number): Buffer {
  return encodeNpyHeader('<f4', [Number.MAX_SAFE_INTEGER, columns])
}
