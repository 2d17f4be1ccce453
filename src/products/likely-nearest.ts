import type { IndexBlock } from './row-index.js'
import type { PackedRows, TileKernel } from './tile-kernel.js'

/**
 * A likely nearest row in one block for each of some rows, as its number in the block: the highest by byte, no
 * more. A search for the nearest that starts from it has less to look at. -1 where there is none.
 *
 * @param own the rows are the block's own, and are not compared with themselves
 */
export async function likelyNearest(
  kernel: TileKernel,
  left: PackedRows,
  { right }: IndexBlock,
  own: boolean,
): Promise<Int32Array> {
  const { rows, paddedRows } = right
  const bytes = new Uint8Array(left.rows * paddedRows)
  await kernel.multiply(left, right, 1 / 255, 0, bytes)
  return Int32Array.from({ length: left.rows }, (_, i) => {
    let nearest = -1
    let highest = -1
    for (let j = 0; j < rows; j++) {
      const byte = bytes[i * paddedRows + j]
      if (byte > highest && !(own && i === j)) {
        highest = byte
        nearest = j
      }
    }
    return nearest
  })
}
