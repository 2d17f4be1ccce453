import { type Matrix, rowBlocks, rowsOf } from './matrix.js'
import type { RowBlock, RowFile } from './row-file.js'

/** A matrix in memory as a file of rows. */
export class MemoryRows implements RowFile {
  readonly rows: number
  readonly columns: number

  constructor(
    readonly path: string,
    private readonly matrix: Matrix,
  ) {
    this.rows = matrix.rows
    this.columns = matrix.columns
  }

  async read(start: number, end: number): Promise<RowBlock> {
    return { start, ...rowsOf(this.matrix, start, end) }
  }

  async *blocks(size: number): AsyncGenerator<RowBlock> {
    for (const [start, end] of rowBlocks(this.rows, size)) yield await this.read(start, end)
  }

  async close(): Promise<void> {}
}
