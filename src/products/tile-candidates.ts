import { type PackedRows, SLACK } from './tile-kernel.js'
import { FLAGGED, type TileScale } from './tile-scale.js'

/** One block of rows against another, and from which cosine on a pair matters to its row and to its column. */
export interface TileTask {
  readonly left: PackedRows
  readonly right: PackedRows
  readonly rowNeeds: Float64Array
  readonly columnNeeds: Float64Array
  /** both sides are the same rows: only pairs whose column comes after the row */
  readonly above: boolean
}

/**
 * The pairs of a tile that may matter. Each is one number: row and column in the tile (below 2^11 each) and the
 * byte of its product, `product / step + zero`, rounded.
 */
export interface Candidates {
  readonly step: number
  readonly zero: number
  readonly pairs: Int32Array<ArrayBuffer>
}

/** Pairs of a tile that may matter, by their row and column in it: their products are not known here. */
export interface ListedPairs {
  readonly rows: Int32Array
  readonly columns: Int32Array
}

const COLUMN_SHIFT = 8
const ROW_SHIFT = 19
const COLUMN_MASK = 0x7ff
const BYTE_MASK = 0xff

export const candidateRow = (pair: number): number => pair >> ROW_SHIFT
export const candidateColumn = (pair: number): number => (pair >> COLUMN_SHIFT) & COLUMN_MASK

/**
 * The most that the cosine of a row and a column can be whose product became this byte: the bound of the pair
 * itself, see {@link QuantisedRows}. No bound where the byte is the largest, which stands for all above too.
 */
function mostOf(
  byte: number,
  step: number,
  zero: number,
  left: PackedRows,
  i: number,
  rightResidual: number,
) {
  if (byte === 255) return Number.POSITIVE_INFINITY
  return (byte - zero + 0.5) * step + (left.residuals[i] + left.norms[i] * rightResidual + SLACK)
}

/** The most that the cosine of a candidate can be. */
export function mostOfCandidate(
  { step, zero }: Candidates,
  pair: number,
  left: PackedRows,
  right: PackedRows,
): number {
  const residual = right.residuals[candidateColumn(pair)]
  return mostOf(pair & BYTE_MASK, step, zero, left, candidateRow(pair), residual)
}

const HIGH_BITS = 0x80808080 | 0
const FIRST_ROOM = 1 << 16

/** Finds the candidates of tiles, one tile after another, in memory that it keeps. */
export class CandidateFinder {
  #found = new Int32Array(FIRST_ROOM)
  #count = 0

  /** @param bytes the tile, row-major, `left.rows` x `right.paddedRows`, from the start of its buffer */
  find(bytes: Uint8Array, task: TileTask, scale: TileScale): Candidates {
    const { left, right, above } = task
    const words = new Int32Array(bytes.buffer, 0, (left.rows * right.paddedRows) / 4)
    const low = lowColumns(scale.columnLevels)
    this.#count = 0
    for (let i = 0; i < left.rows; i++) {
      this.#makeRoom(right.rows)
      const before = this.#count
      const first = above ? i + 1 : 0
      if (scale.rowLevels[i] < FLAGGED) this.#lookAtAll(bytes, right, scale, i, first)
      else {
        this.#lookAtFlagged(words, right, scale, i, first)
        this.#lookAtLow(bytes, right, scale, i, first, low)
      }
      this.#dropRuledOut(before, task, scale)
    }
    return { step: scale.step, zero: scale.zero, pairs: this.#found.slice(0, this.#count) }
  }

  #makeRoom(more: number): void {
    if (this.#count + more <= this.#found.length) return
    const found = new Int32Array(2 * this.#found.length)
    found.set(this.#found)
    this.#found = found
  }

  #lookAtAll(
    bytes: Uint8Array,
    right: PackedRows,
    { rowLevels, columnLevels }: TileScale,
    i: number,
    first: number,
  ): void {
    const found = this.#found
    const level = rowLevels[i]
    const offset = i * right.paddedRows
    let count = this.#count
    for (let j = first; j < right.rows; j++) {
      const byte = bytes[offset + j]
      if (byte >= level || byte >= columnLevels[j]) found[count++] = packed(i, j, byte)
    }
    this.#count = count
  }

  /** The bytes of a row whose high bit is set, 16 at a time. */
  #lookAtFlagged(
    words: Int32Array,
    { rows, paddedRows }: PackedRows,
    { rowLevels, columnLevels }: TileScale,
    i: number,
    first: number,
  ): void {
    const found = this.#found
    const level = rowLevels[i]
    const start = (i * paddedRows) / 4
    const end = start + paddedRows / 4
    let count = this.#count
    for (let w = start + ((first >> 4) << 2); w < end; w += 4) {
      if (((words[w] | words[w + 1] | words[w + 2] | words[w + 3]) & HIGH_BITS) === 0) continue
      for (let v = w; v < w + 4; v++) {
        const word = words[v]
        if ((word & HIGH_BITS) === 0) continue
        for (let part = 0; part < 4; part++) {
          const byte = (word >>> (8 * part)) & BYTE_MASK
          if (byte < FLAGGED) continue
          const j = (v - start) * 4 + part
          if (j >= first && j < rows && (byte >= level || byte >= columnLevels[j])) {
            found[count++] = packed(i, j, byte)
          }
        }
      }
    }
    this.#count = count
  }

  /** The bytes of a row below the high bit, in the columns that they may matter to. */
  #lookAtLow(
    bytes: Uint8Array,
    { paddedRows }: PackedRows,
    { columnLevels }: TileScale,
    i: number,
    first: number,
    low: Int32Array,
  ): void {
    const found = this.#found
    const offset = i * paddedRows
    let count = this.#count
    for (let k = 0; k < low.length; k++) {
      const j = low[k]
      const byte = bytes[offset + j]
      if (byte < FLAGGED && byte >= columnLevels[j] && j >= first) found[count++] = packed(i, j, byte)
    }
    this.#count = count
  }

  /** The levels assumed the worst partner in the tile: drops those found since that their own bound rules out. */
  #dropRuledOut(before: number, { left, right, rowNeeds, columnNeeds }: TileTask, scale: TileScale): void {
    const found = this.#found
    const { step, zero } = scale
    let count = before
    for (let at = before; at < this.#count; at++) {
      const pair = found[at]
      const i = candidateRow(pair)
      const j = candidateColumn(pair)
      const most = mostOf(pair & BYTE_MASK, step, zero, left, i, right.residuals[j])
      if (most >= rowNeeds[i] || most >= columnNeeds[j]) found[count++] = pair
    }
    this.#count = count
  }
}

const packed = (i: number, j: number, byte: number): number => (i << ROW_SHIFT) | (j << COLUMN_SHIFT) | byte

/** The columns that pairs without a flag may matter to. */
function lowColumns(columnLevels: Uint16Array): Int32Array {
  const low: number[] = []
  for (const [j, level] of columnLevels.entries()) if (level < FLAGGED) low.push(j)
  return Int32Array.from(low)
}
