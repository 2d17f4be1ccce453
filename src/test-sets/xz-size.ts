import { InputError } from '../errors.js'

const MAGIC = Buffer.from('fd377a585a00', 'hex')
const LZMA2 = 0x21
/** Bytes of the check after each block, by its id. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

/** Whether the bytes begin as an `.xz` file does. */
export function isXz(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.equals(bytes.subarray(0, MAGIC.length))
}

/** Walks through bytes and refuses to leave them. */
class Cursor {
  at = 0
  constructor(
    private readonly bytes: Uint8Array,
    private readonly where: string,
  ) {}

  fail(what: string): never {
    throw new InputError(what, this.where, 'copy the file again')
  }

  byte(): number {
    if (this.at >= this.bytes.length) this.fail('the .xz file ends early')
    return this.bytes[this.at++]
  }

  /** Two bytes, the high one first. */
  pair(): number {
    return this.byte() * 256 + this.byte()
  }

  skip(count: number): void {
    this.at += count
    if (this.at > this.bytes.length) this.fail('the .xz file ends early')
  }

  skipTo(multiple: number): void {
    this.skip((multiple - (this.at % multiple)) % multiple)
  }

  /** A number of seven bits a byte, the low ones first. */
  variable(): number {
    let value = 0
    for (let i = 0; i < 9; i++) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return value
    }
    return this.fail('a number in the .xz file is too long')
  }
}

/** The size of what a block's chunks unpack to; every LZMA2 chunk states its own, and cannot yield another. */
function chunksSize(cursor: Cursor): number {
  let size = 0
  for (;;) {
    const control = cursor.byte()
    if (control === 0) return size
    if (control >= 0x80) {
      size += (control & 0x1f) * 65_536 + cursor.pair() + 1
      const packed = cursor.pair() + 1
      cursor.skip(packed + (control >= 0xc0 ? 1 : 0))
    } else if (control <= 2) {
      const length = cursor.pair() + 1
      size += length
      cursor.skip(length)
    } else {
      cursor.fail('the .xz file is damaged: a chunk of an unknown kind')
    }
  }
}

function skipBlockHeader(cursor: Cursor, size: number): void {
  const end = cursor.at - 1 + size
  const flags = cursor.byte()
  if ((flags & 0x40) !== 0) cursor.variable()
  if ((flags & 0x80) !== 0) cursor.variable()
  if ((flags & 3) !== 0 || cursor.variable() !== LZMA2) {
    cursor.fail('the .xz file uses another filter than LZMA2')
  }
  cursor.skip(end - cursor.at)
}

/**
 * The number of bytes that an `.xz` file unpacks to, found without unpacking: the sizes of all LZMA2 chunks
 * (The .xz File Format 1.2). The index at the end of the file says it too, but can lie.
 * @throws InputError where the file is cut short or is packed in a way that is not read
 */
export function xzUnpackedSize(bytes: Uint8Array, where: string): number {
  if (!isXz(bytes)) throw new InputError('not an .xz file', where, 'name another file')
  const cursor = new Cursor(bytes, where)
  cursor.skip(12)
  const check = CHECK_SIZES[bytes[7] & 15]
  let size = 0
  for (let header = cursor.byte(); header !== 0; header = cursor.byte()) {
    skipBlockHeader(cursor, (header + 1) * 4)
    size += chunksSize(cursor)
    cursor.skipTo(4)
    cursor.skip(check)
  }
  return size
}
