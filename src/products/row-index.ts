import type { DeviceKernel } from './device-kernel.js'
import { type FeatureRows, sliceRows } from './feature-rows.js'
import type { PackedRows, TileKernel } from './tile-kernel.js'

/** A run of an index's rows: as they came, and packed. */
export interface IndexBlock {
  /** number of the block's first row in the index */
  readonly start: number
  readonly rows: FeatureRows
  readonly left: PackedRows
  readonly right: PackedRows
}

/** Whatever takes the products: results are the same. */
export type ProductKernel = TileKernel | DeviceKernel

/** Rows a tile is high and wide: 4 MB of bytes a tile, the last-level cache's share of one. */
export const BLOCK_ROWS = 2048

/**
 * Rows that others are compared with, in blocks. Rows can be appended at any time. Beside the features
 * themselves it takes two bytes a number with the integer kernel, four with the float one.
 */
export class RowIndex {
  readonly blocks: IndexBlock[] = []
  #rows = 0

  constructor(readonly kernel: ProductKernel) {}

  /** rows of a block, and of those of a query */
  get blockRows(): number {
    return 'blockRows' in this.kernel ? this.kernel.blockRows : BLOCK_ROWS
  }

  get rows(): number {
    return this.#rows
  }

  /** The block that holds a row of this index. */
  blockOf(row: number): IndexBlock {
    let low = 0
    let high = this.blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.blocks[middle].start <= row) low = middle
      else high = middle - 1
    }
    return this.blocks[low]
  }

  /** Appends rows; the features are referred to, not copied. Many small appends make slow, narrow tiles. */
  append(rows: FeatureRows): void {
    const { blockRows } = this
    for (let start = 0; start < rows.matrix.rows; start += blockRows) {
      const block = sliceRows(rows, start, Math.min(start + blockRows, rows.matrix.rows))
      this.blocks.push({ start: this.#rows, rows: block, ...this.kernel.pack(block) })
      this.#rows += block.matrix.rows
    }
  }
}
