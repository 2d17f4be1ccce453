import { InputError } from '../errors.js'
import { type ByteSource, checkRange } from './byte-source.js'

const WINDOW = 65_536
/** bytes that are taken from the window */
const SHORT = 1_024
const LONGEST_LINE = 65_536

/** Reads the arguments of opcodes one after another. Every length is checked against what the source has left. */
export class Cursor {
  #position: number
  #window: DataView = new DataView(new ArrayBuffer(0))
  #windowStart = 0

  /** @param end where what is read ends: nothing behind it is read ahead */
  constructor(
    readonly source: ByteSource,
    position: number,
    private readonly end = source.length,
  ) {
    this.#position = position
  }

  /** where the next byte is read, counted from the source's start */
  get position(): number {
    return this.#position
  }

  u8(): number {
    const at = this.#take(1)
    return this.#window.getUint8(at)
  }

  u16(): number {
    const at = this.#take(2)
    return this.#window.getUint16(at, true)
  }

  u32(): number {
    const at = this.#take(4)
    return this.#window.getUint32(at, true)
  }

  i32(): number {
    const at = this.#take(4)
    return this.#window.getInt32(at, true)
  }

  /** A length of eight bytes; beyond 2^53 it is longer than any source, and says so when it is used. */
  u64(): number {
    const at = this.#take(8)
    return Number(this.#window.getBigUint64(at, true))
  }

  f64(): number {
    const at = this.#take(8)
    return this.#window.getFloat64(at, false)
  }

  /** @throws InputError where fewer than `length` bytes are left */
  require(length: number): void {
    checkRange(this.source, this.#position, length)
  }

  /** Steps over `length` bytes and says where they began. */
  skip(length: number): number {
    this.require(length)
    const start = this.#position
    this.#position += length
    return start
  }

  bytes(length: number): Uint8Array {
    if (length <= SHORT) {
      // A file is not asked for each of millions; and a copy keeps no window in memory.
      const at = this.#take(length)
      return new Uint8Array(this.#window.buffer, this.#window.byteOffset + at, length).slice()
    }
    const start = this.skip(length)
    return this.source.read(start, length)
  }

  /** The bytes up to the next line feed, without it. */
  line(longest = LONGEST_LINE): Uint8Array {
    const start = this.#position
    const limit = Math.min(this.source.length, start + longest + 1)
    for (let at = start; at < limit; at += WINDOW) {
      const piece = this.source.read(at, Math.min(WINDOW, limit - at))
      const end = piece.indexOf(0x0a)
      if (end >= 0) {
        this.#position = at + end + 1
        return this.source.read(start, at + end - start)
      }
    }
    throw new InputError(`no line of the pickle ends after byte ${start}`, this.source.name, 'copy it again')
  }

  /** The index in the window of the next `count` bytes, which are then behind the cursor. */
  #take(count: number): number {
    let index = this.#position - this.#windowStart
    if (index < 0 || index + count > this.#window.byteLength) {
      this.require(count)
      const ahead = Math.max(count, Math.min(WINDOW, this.end - this.#position))
      const bytes = this.source.read(this.#position, ahead)
      this.#window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      this.#windowStart = this.#position
      index = 0
    }
    this.#position += count
    return index
  }
}
