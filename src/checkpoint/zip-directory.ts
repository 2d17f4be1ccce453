import type { ByteSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'

/** Where a file lies in an archive. */
export interface ZipEntry {
  readonly offset: number
  readonly length: number
  /** whether its bytes lie there as they are, neither compressed nor encrypted */
  readonly stored: boolean
}

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const ABSENT = 0xffffffff
const MOST_ENTRIES = 1_000_000

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function broken(source: ByteSource): InputError {
  return new InputError(
    'the archive is cut short or damaged: its directory is missing',
    source.name,
    'download it again',
  )
}

/** Where the central directory lies. */
function findDirectory(source: ByteSource): { offset: number; length: number; entries: number } {
  const tail = Math.min(source.length, 22 + 65_535)
  const bytes = view(source.read(source.length - tail, tail))
  for (let at = tail - 22; at >= 0; at--) {
    if (bytes.getUint32(at, true) !== END) continue
    const small = {
      entries: bytes.getUint16(at + 10, true),
      length: bytes.getUint32(at + 12, true),
      offset: bytes.getUint32(at + 16, true),
    }
    if (at < 20 || bytes.getUint32(at - 20, true) !== END_64_LOCATOR) return small
    const record = view(source.read(Number(bytes.getBigUint64(at - 12, true)), 56))
    if (record.getUint32(0, true) !== END_64) throw broken(source)
    return {
      entries: Number(record.getBigUint64(32, true)),
      length: Number(record.getBigUint64(40, true)),
      offset: Number(record.getBigUint64(48, true)),
    }
  }
  throw broken(source)
}

/** Sizes and offset of four gigabytes and more stand in an extra field, in this order, as far as they are needed. */
function wideNumbers(extra: DataView, narrow: readonly number[]): number[] {
  const numbers = [...narrow]
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true)
    if (extra.getUint16(at, true) === 1) {
      let from = at + 4
      for (let i = 0; i < numbers.length; i++) {
        if (numbers[i] !== ABSENT || from + 8 > extra.byteLength) continue
        numbers[i] = Number(extra.getBigUint64(from, true))
        from += 8
      }
      return numbers
    }
    at += 4 + length
  }
  return numbers
}

/** A file of the archive whose bytes lie there as they are. @throws InputError where it is compressed or encrypted */
export function storedFile(
  files: ReadonlyMap<string, ZipEntry>,
  name: string,
  where: string,
): ZipEntry | undefined {
  const entry = files.get(name)
  if (entry === undefined || entry.stored) return entry
  throw new InputError(
    `'${name}' is compressed or encrypted in this archive, which PyTorch never does`,
    where,
    'name a checkpoint that torch.save wrote',
  )
}

/**
 * Lists a zip archive; nothing is unpacked. Only what is stored as it is, as PyTorch writes it, is read afterwards
 * ({@link storedFile}), so that no archive can grow beyond its own size.
 * @throws InputError
 */
export function readZipDirectory(source: ByteSource): Map<string, ZipEntry> {
  const { offset, length, entries } = findDirectory(source)
  if (entries > MOST_ENTRIES) throw broken(source)
  const bytes = source.read(offset, length)
  const directory = view(bytes)
  const files = new Map<string, ZipEntry>()
  let at = 0
  for (let i = 0; i < entries; i++) {
    if (at + 46 > length || directory.getUint32(at, true) !== CENTRAL) throw broken(source)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) =>
      directory.getUint16(at + o, true),
    )
    const end = at + 46 + nameLength + extraLength + commentLength
    if (end > length) throw broken(source)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const extra = view(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength))
    const [size, stored, local] = wideNumbers(
      extra,
      [24, 20, 42].map((o) => directory.getUint32(at + o, true)),
    )
    const encrypted = (directory.getUint16(at + 8, true) & 1) !== 0
    const packed = directory.getUint16(at + 10, true) !== 0 || size !== stored || encrypted
    files.set(name, { offset: contentOffset(source, local), length: size, stored: !packed })
    at = end
  }
  return files
}

/** The content follows a local header, whose own name and extra field may be longer than the directory's. */
function contentOffset(source: ByteSource, local: number): number {
  const header = view(source.read(local, 30))
  if (header.getUint32(0, true) !== LOCAL) throw broken(source)
  return local + 30 + header.getUint16(26, true) + header.getUint16(28, true)
}
