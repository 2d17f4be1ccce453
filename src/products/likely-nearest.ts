import type { IndexBlock, ProductKernel } from './row-index.js'
import type { PackedRows } from './tile-kernel.js'

/**
 * A likely nearest row in one block for each of some rows, as its number in the block: the highest by byte, no
 * more. A search for the nearest that starts from it has less to look at. -1 where there is none.
 *
 * @param own the rows are the block's own, and are not compared with themselves
 */
export async function likelyNearest(
  kernel: ProductKernel,
  left: PackedRows,
  { right }: IndexBlock,
  own: boolean,
): Promise<Int32Array> {
  if ('likely' in kernel) return kernel.likely(left, right, own)
  const { rows, paddedRows } = right
  const bytes = new Uint8Array(left.rows * paddedRows)
  await kernel.multiply(left, right, 1 / 255, 0, bytes)
  const nearest = new Int32Array(left.rows)
  for (let i = 0; i < left.rows; i++) nearest[i] = highestByte(bytes, i * paddedRows, rows, own ? i : -1)
  return nearest
}

/** Where, from `offset` on, the highest byte of some is, the first of equal ones; -1 where there is none but `except`. */
function highestByte(bytes: Uint8Array, offset: number, count: number, except: number): number {
  let place = -1
  let highest = -1
  for (let j = 0; j < count; j++) {
    const byte = bytes[offset + j]
    if (byte > highest && j !== except) {
      highest = byte
      place = j
    }
  }
  return place
}
