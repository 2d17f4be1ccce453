import { RandomAccessFile } from '../bytes/random-access-file.js'
import { InputError } from '../errors.js'
import type { Matrix } from './matrix.js'
import { type NpyHeader, parseNpyHeader, requireMatrixShape, requireWholeNpy } from './npy.js'

/** More than the head of a `.npy` file of floats ever takes. */
const HEAD_BYTES = 4096

/** Some rows of a file, in their order. */
export interface RowBlock extends Matrix {
  /** row of the file that the first of these is */
  readonly start: number
}

/**
 * The rows of a `.npy` file of floats, read a block at a time: files may be larger than memory.
 *
 * @example
 * const file = await NpyRows.open('features.npy')
 * for await (const block of file.blocks(4096)) await moments.add(block, file.path)
 * await file.close()
 */
export class NpyRows {
  private constructor(
    private readonly file: RandomAccessFile,
    private readonly header: NpyHeader,
  ) {}

  /** @throws InputError unless it holds a matrix of float32 or float64 in C order, and all of it */
  static async open(path: string): Promise<NpyRows> {
    const file = await RandomAccessFile.open(path)
    try {
      const header = parseNpyHeader(await file.read(0, Math.min(file.size, HEAD_BYTES)), path)
      requireMatrixShape(header.shape, path)
      if ((header.type !== '<f4' && header.type !== '<f8') || header.fortranOrder) {
        throw new InputError(
          `numbers of type '${header.type}'${header.fortranOrder ? ' in Fortran order' : ''} are not read row by row`,
          path,
          'save numpy.ascontiguousarray(features, numpy.float32)',
        )
      }
      requireWholeNpy(header, file.size, path)
      return new NpyRows(file, header)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get path(): string {
    return this.file.path
  }

  get rows(): number {
    return this.header.shape[0]
  }

  get columns(): number {
    return this.header.shape[1]
  }

  /** Rows `start` .. `end` (exclusive). @throws InputError where the file can't be read */
  async read(start: number, end: number): Promise<RowBlock> {
    const size = this.header.type === '<f4' ? 4 : 8
    const bytes = await this.file.read(
      this.header.offset + start * this.columns * size,
      (end - start) * this.columns * size,
    )
    const data =
      size === 4
        ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
        : new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)
    return { start, rows: end - start, columns: this.columns, data }
  }

  /** All rows, at most `size` at a time. */
  async *blocks(size: number): AsyncGenerator<RowBlock> {
    for (let start = 0; start < this.rows; start += size) {
      yield await this.read(start, Math.min(this.rows, start + size))
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}
