import type { FileWindow } from '../../bytes/random-access-file.js'
import { InputError } from '../../errors.js'
import { MAX_IMAGE_BYTES } from '../dataset.js'

// RecordIO as dmlc-core frames it: magic, then 3 bits of part flag and 29 bits of length, then the bytes, padded
// to 4. Where the magic itself stands in the bytes at a multiple of 4, the record is cut there into parts, and
// the reader puts it back.

/** What every RecordIO file begins with. */
const MAGIC = 0xced7230a
const HEAD = 8
const UNIT = 4
const LONGEST = 2 ** 29 - 1
/** Bytes beside the image in a record: its header, and labels of a multi-label dataset. */
const LONGEST_RECORD = MAX_IMAGE_BYTES + 2 ** 20
/** A record is cut where it holds the magic, which images do by chance: once in 4 GB. */
const MOST_PARTS = 10_000

const WHOLE = 0
const FIRST = 1
const MIDDLE = 2
const LAST = 3

const MAGIC_BYTES = head(0, 0).subarray(0, UNIT)

/** One record as it stands in the file. @throws InputError where it is too long for the format */
export function frame(record: Buffer, where: string): Buffer {
  if (record.length > LONGEST) {
    throw new InputError(
      `a record of ${record.length} bytes does not fit RecordIO`,
      where,
      'use smaller images',
    )
  }
  const cuts = magicPositions(record)
  const parts: Buffer[] = []
  let from = 0
  for (const cut of cuts) {
    parts.push(head(from === 0 ? FIRST : MIDDLE, cut - from), record.subarray(from, cut))
    from = cut + UNIT
  }
  const last = record.length - from
  parts.push(head(cuts.length === 0 ? WHOLE : LAST, last), record.subarray(from), Buffer.alloc(padding(last)))
  return Buffer.concat(parts)
}

/** The record at a position where it is held already, and in one piece. */
export function peekFrame(
  window: FileWindow,
  position: number,
): { record: Buffer; next: number } | undefined {
  const start = window.peek(position, HEAD)
  if (start === undefined || start.readUInt32LE(0) !== MAGIC) return undefined
  const length = start.readUInt32LE(4)
  if (length > LONGEST_RECORD - UNIT) return undefined
  const body = window.peek(position + HEAD, length + padding(length))
  return body && { record: body.subarray(0, length), next: position + HEAD + body.length }
}

/** Reads the record at a position; gives its bytes, a view to copy, and where the next one begins. @throws InputError */
export async function readFrame(
  window: FileWindow,
  position: number,
): Promise<{ record: Buffer; next: number }> {
  const parts: Buffer[] = []
  let at = position
  let total = 0
  for (;;) {
    const start = window.peek(at, HEAD) ?? (await window.read(at, HEAD))
    const flag = start.readUInt32LE(4) >>> 29
    const length = start.readUInt32LE(4) & LONGEST
    const expected = parts.length === 0 ? flag === WHOLE || flag === FIRST : flag === MIDDLE || flag === LAST
    total += length + UNIT
    if (
      start.readUInt32LE(0) !== MAGIC ||
      !expected ||
      total > LONGEST_RECORD ||
      parts.length > 2 * MOST_PARTS
    ) {
      throw new InputError(
        `no record begins at byte ${position}`,
        window.file.path,
        'the file is corrupt, or train.idx belongs to another one',
      )
    }
    const size = length + padding(length)
    const body = window.peek(at + HEAD, size) ?? (await window.read(at + HEAD, size))
    at += HEAD + body.length
    const part = body.subarray(0, length)
    if (flag === WHOLE) return { record: part, next: at }
    parts.push(Buffer.from(part))
    if (flag === LAST) return { record: Buffer.concat(parts), next: at }
    parts.push(MAGIC_BYTES)
  }
}

/**
 * Where the next record begins behind a corrupt one, as far as its first words tell; the end of the file where there is
 * none. Time grows with what lies between.
 */
export async function nextFrame(window: FileWindow, position: number): Promise<number> {
  const { size } = window.file
  for (let at = position + UNIT; at + HEAD <= size; at += UNIT) {
    const start = window.peek(at, HEAD) ?? (await window.read(at, HEAD))
    const flag = start.readUInt32LE(UNIT) >>> 29
    if (start.readUInt32LE(0) === MAGIC && (flag === WHOLE || flag === FIRST)) return at
  }
  return size
}

function head(flag: number, length: number): Buffer {
  const out = Buffer.alloc(HEAD)
  out.writeUInt32LE(MAGIC, 0)
  out.writeUInt32LE(flag * 2 ** 29 + length, UNIT)
  return out
}

function magicPositions(record: Buffer): number[] {
  const found: number[] = []
  for (let at = record.indexOf(MAGIC_BYTES); at !== -1; at = record.indexOf(MAGIC_BYTES, at + 1)) {
    if (at % UNIT === 0) found.push(at)
  }
  return found
}

function padding(length: number): number {
  return (UNIT - (length % UNIT)) % UNIT
}

/** Whether bytes from the beginning of a file are those of RecordIO. */
export function isRecordIo(bytes: Buffer): boolean {
  return bytes.length >= HEAD && bytes.readUInt32LE(0) === MAGIC
}
