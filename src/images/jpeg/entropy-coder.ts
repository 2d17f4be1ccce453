import { AC_TABLES, DC_TABLES, type HuffmanCodes, huffmanCodes } from './huffman-codes.js'
import { ZIGZAG } from './quantisation.js'

const DC: readonly HuffmanCodes[] = DC_TABLES.map(huffmanCodes)
const AC: readonly HuffmanCodes[] = AC_TABLES.map(huffmanCodes)
const ZIGZAG_PLACES = Uint8Array.from(ZIGZAG)
/** Sixteen zeros, and the end of a block whose other numbers are zeros. */
const [SIXTEEN, END] = [0xf0, 0]
/** Most bytes of a block: each coefficient a code of 16 bits and 11 of its own, each byte followed by a zero. */
export const MOST_OF_A_BLOCK = 2 * Math.ceil((64 * 27) / 8)

/** What the coefficients of a plane are divided by, in zigzag order: eight steps, since the transform leaves them so. */
export interface Divisors {
  /** half of each: the smallest coefficient that isn't rounded to 0 */
  readonly half: Int32Array
  readonly inverse: Float64Array
}

export function divisorsOf(table: Uint8Array): Divisors {
  return {
    half: Int32Array.from(table, (step) => 4 * step),
    inverse: Float64Array.from(table, (step) => 1 / (8 * step)),
  }
}

/** Writes blocks of coefficients with Huffman's codes: T.81, annex F.1.2, baseline. */
export class EntropyCoder {
  /** bits that are no whole byte yet, the last of them lowest */
  #bits = 0
  #count = 0

  /** @param bytes where they go, with room for {@link MOST_OF_A_BLOCK} of each */
  constructor(
    readonly bytes: Uint8Array,
    public end = 0,
  ) {}

  /**
   * Quantises a block, halves rounded away from 0, and writes it.
   * @param block eight times its coefficients, row after row
   * @param before the plane's last DC level
   * @returns this one
   */
  block(block: Int32Array, { half, inverse }: Divisors, table: number, before: number): number {
    const level = (value: number, k: number): number =>
      // Half a unit more never reaches the next whole number, and keeps the product from falling below one.
      value < 0 ? -(((half[k] - value + 0.5) * inverse[k]) | 0) : ((half[k] + value + 0.5) * inverse[k]) | 0
    const dc = level(block[0], 0)
    this.#difference(dc - before, table)
    const { codes, lengths } = AC[table]
    let zeros = 0
    for (let k = 1; k < 64; k++) {
      const value = block[ZIGZAG_PLACES[k]]
      if (value < half[k] && value > -half[k]) {
        zeros++
        continue
      }
      for (; zeros > 15; zeros -= 16) this.#put(codes[SIXTEEN], lengths[SIXTEEN])
      const ac = level(value, k)
      const size = 32 - Math.clz32(ac < 0 ? -ac : ac)
      const symbol = (zeros << 4) | size
      this.#put(codes[symbol], lengths[symbol])
      this.#put((ac < 0 ? ac - 1 : ac) & ((1 << size) - 1), size)
      zeros = 0
    }
    if (zeros > 0) this.#put(codes[END], lengths[END])
    return dc
  }

  /** A block of the level before, as those outside the image are. */
  same(table: number): void {
    this.#difference(0, table)
    this.#put(AC[table].codes[END], AC[table].lengths[END])
  }

  #difference(value: number, table: number): void {
    const size = 32 - Math.clz32(value < 0 ? -value : value)
    this.#put(DC[table].codes[size], DC[table].lengths[size])
    if (size > 0) this.#put((value < 0 ? value - 1 : value) & ((1 << size) - 1), size)
  }

  /** Fills the last byte with ones. */
  finish(): void {
    if (this.#count > 0) this.#put((1 << (8 - this.#count)) - 1, 8 - this.#count)
  }

  #put(code: number, length: number): void {
    this.#bits = (this.#bits << length) | code
    this.#count += length
    while (this.#count >= 8) {
      this.#count -= 8
      const byte = (this.#bits >>> this.#count) & 0xff
      this.bytes[this.end++] = byte
      if (byte === 0xff) this.bytes[this.end++] = 0
    }
  }
}
