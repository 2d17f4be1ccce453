import { type PackedRows, SLACK } from './tile-kernel.js'

/** A byte at or above this one has its high bit set: a pair that may matter. */
export const FLAGGED = 128

/** How a tile's inner products become bytes, and from which byte on each row and each column cares. */
export interface TileScale {
  readonly step: number
  readonly zero: number
  /** a pair may reach row i's need only where its byte is at least this; 256: never */
  readonly rowLevels: Uint16Array
  readonly columnLevels: Uint16Array
}

/** The lowest byte that a pair can have whose inner product is at least `product`; 256 where none can. */
export function levelOf(product: number, step: number, zero: number): number {
  if (product === Number.POSITIVE_INFINITY) return 256
  return Math.max(0, Math.min(255, Math.ceil(product / step + zero - 0.5)))
}

function largest(values: Float64Array): number {
  let max = 0
  for (const value of values) if (value > max) max = value
  return max
}

/** What rows of `left` and rows of `right` may lose at most, each with the worst of the other side. */
export function lossBounds(
  left: PackedRows,
  right: PackedRows,
): { rows: Float64Array; columns: Float64Array } {
  const worstRight = largest(right.residuals)
  const worstLeft = largest(left.residuals)
  const longestLeft = largest(left.norms)
  return {
    rows: left.residuals.map((residual, i) => residual + left.norms[i] * worstRight + SLACK),
    columns: right.residuals.map((residual) => worstLeft + longestLeft * residual + SLACK),
  }
}

/**
 * Chooses the scale of a tile from what its rows and columns need: a pair matters where its cosine is at
 * least the need of its row or of its column (infinity: nothing matters). The lowest inner product that may
 * matter becomes byte 128, so that a tile is searched by its high bits alone; the rest of the bytes spread up
 * to the highest need.
 *
 * @returns undefined where nothing in the tile can matter
 */
export function tileScale(
  rowNeeds: Float64Array,
  columnNeeds: Float64Array,
  losses: { rows: Float64Array; columns: Float64Array },
): TileScale | undefined {
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  const consider = (need: number, loss: number): void => {
    if (need - loss < lowest) lowest = need - loss
    if (need <= 1 && need > highest) highest = need
  }
  for (let i = 0; i < rowNeeds.length; i++) consider(rowNeeds[i], losses.rows[i])
  for (let j = 0; j < columnNeeds.length; j++) consider(columnNeeds[j], losses.columns[j])
  if (lowest > 1 + SLACK) return undefined
  // No inner product of two packed rows is below -1 by more than their loss; 2 is beyond any.
  lowest = Math.max(lowest, -2)
  // Neither zero (at most 255) nor the byte of `lowest` (128) leaves room for a finer step than this.
  const fine = lowest > 0 ? lowest / FLAGGED : -lowest / 126
  const wide = (Math.min(1, Math.max(highest, lowest + 0.05)) - lowest) / 126
  const step = Math.fround(Math.max(fine, wide))
  const zero = Math.max(0, Math.min(255, Math.ceil(FLAGGED - lowest / step)))
  return {
    step,
    zero,
    rowLevels: Uint16Array.from(rowNeeds, (need, i) => levelOf(need - losses.rows[i], step, zero)),
    columnLevels: Uint16Array.from(columnNeeds, (need, j) => levelOf(need - losses.columns[j], step, zero)),
  }
}
