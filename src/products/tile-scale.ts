import { type PackedRows, SLACK } from './tile-kernel.js'

/** A byte at or above this one has its high bit set: a pair that may matter to most rows and columns. */
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

/** How far true cosines may be from products, for each row and each column with the worst partner in the tile. */
export interface Losses {
  readonly rows: Float64Array
  readonly columns: Float64Array
}

export function lossBounds(left: PackedRows, right: PackedRows): Losses {
  const worstRight = largest(right.residuals)
  const worstLeft = largest(left.residuals)
  const longestLeft = largest(left.norms)
  return {
    rows: left.residuals.map((residual, i) => residual + left.norms[i] * worstRight + SLACK),
    columns: right.residuals.map((residual) => worstLeft + longestLeft * residual + SLACK),
  }
}

/** The share of a tile's rows and columns that may look below the flagged bytes, one byte at a time. */
const LOW_SHARE = 0.03
const BINS = 256

/** A value that about {@link LOW_SHARE} of the finite values are below; infinity where none is finite. */
function lowQuantile(values: readonly Float64Array[]): number {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let count = 0
  for (const list of values) {
    for (const value of list) {
      if (value === Number.POSITIVE_INFINITY) continue
      count++
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  if (!(high > low)) return low
  const bins = new Uint32Array(BINS)
  const perBin = (high - low) / BINS
  for (const list of values) {
    for (const value of list) {
      if (value !== Number.POSITIVE_INFINITY) bins[Math.min(BINS - 1, Math.floor((value - low) / perBin))]++
    }
  }
  let below = 0
  let bin = 0
  while (below + bins[bin] <= LOW_SHARE * count) below += bins[bin++]
  return low + bin * perBin
}

/**
 * Chooses the scale of a tile from what its rows and columns need: a pair matters where its cosine is at
 * least the need of its row or of its column (infinity: nothing matters). For nearly all rows and columns no
 * inner product matters that becomes a byte below 128, so that a tile is searched by its high bits; the few
 * with lower needs have levels below 128. The bytes above spread up to the highest need.
 *
 * @returns undefined where nothing in the tile can matter
 */
export function tileScale(
  rowNeeds: Float64Array,
  columnNeeds: Float64Array,
  losses: Losses,
): TileScale | undefined {
  const rowProducts = rowNeeds.map((need, i) => need - losses.rows[i])
  const columnProducts = columnNeeds.map((need, j) => need - losses.columns[j])
  const quantile = lowQuantile([rowProducts, columnProducts])
  if (quantile === Number.POSITIVE_INFINITY) return undefined
  // No cosine is beyond -1 .. 1, and no need has to be told from others far above.
  const lowest = Math.max(-1, Math.min(quantile, 1))
  let highest = lowest + 0.05
  for (const product of rowProducts) if (product > highest && product <= 1) highest = product
  for (const product of columnProducts) if (product > highest && product <= 1) highest = product
  const wide = (highest - lowest) / 126
  // Neither zero (at most 255) nor the byte of `lowest` (128) leaves room for a finer step than this.
  const fine = lowest > 0 ? lowest / FLAGGED : -lowest / 126
  const step = Math.fround(Math.max(fine, wide))
  const zero = Math.max(0, Math.min(255, Math.ceil(FLAGGED - lowest / step)))
  return {
    step,
    zero,
    rowLevels: Uint16Array.from(rowProducts, (product) => levelOf(product, step, zero)),
    columnLevels: Uint16Array.from(columnProducts, (product) => levelOf(product, step, zero)),
  }
}
