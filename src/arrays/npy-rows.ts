import { RandomAccessFile } from '../bytes/random-access-file.js'
import { ELEMENT_SIZES, npyDescription, swapBytes, toFloat32, viewElements } from './element-types.js'
import { type Floats, rowBlocks } from './matrix.js'
import { notFloats } from './npy.js'
import {
  NPY_HEAD_BYTES,
  type NpyHeader,
  parseNpyHeader,
  requireMatrixShape,
  requireWholeNpy,
} from './npy-header.js'
import type { RowBlock, RowFile } from './row-file.js'

/**
 * The rows of a `.npy` file of floats, read a block at a time: files may be larger than memory. float16 becomes
 * float32. In Fortran order a block takes one read a column.
 *
 * @example
 * const file = await NpyRows.open('features.npy')
 * for await (const block of file.blocks(4096)) await moments.add(block, file.path)
 * await file.close()
 */
export class NpyRows implements RowFile {
  private constructor(
    private readonly file: RandomAccessFile,
    private readonly header: NpyHeader,
  ) {}

  /** @throws InputError unless it holds a matrix of floats, and all of it */
  static async open(path: string): Promise<NpyRows> {
    const file = await RandomAccessFile.open(path)
    try {
      const header = parseNpyHeader(await file.read(0, Math.min(file.size, NPY_HEAD_BYTES)), path)
      requireMatrixShape(header.shape, path)
      if (!/^float/.test(header.type)) throw notFloats(npyDescription(header.type), path)
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

  async read(start: number, end: number): Promise<RowBlock> {
    const rows = end - start
    const { columns } = this
    const data = this.header.fortranOrder
      ? await this.#gather(start, rows)
      : await this.#elements(start * columns, rows * columns)
    return { start, rows, columns, data }
  }

  async *blocks(size: number): AsyncGenerator<RowBlock> {
    for (const [start, end] of rowBlocks(this.rows, size)) yield await this.read(start, end)
  }

  /** Consecutive elements of the file. */
  async #elements(first: number, count: number): Promise<Floats> {
    const { type, offset, bigEndian } = this.header
    const size = ELEMENT_SIZES[type]
    const bytes = await this.file.read(offset + first * size, count * size)
    if (bigEndian) swapBytes(type, bytes)
    return type === 'float64' ? viewElements(type, bytes) : toFloat32(type, bytes)
  }

  /** A part of each column, put together as rows. */
  async #gather(start: number, rows: number): Promise<Floats> {
    const { columns } = this
    const count = rows * columns
    const data = this.header.type === 'float64' ? new Float64Array(count) : new Float32Array(count)
    for (let column = 0; column < columns; column++) {
      const part = await this.#elements(column * this.rows + start, rows)
      for (let row = 0; row < rows; row++) data[row * columns + column] = part[row]
    }
    return data
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}
