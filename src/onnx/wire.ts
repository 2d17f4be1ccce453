import type { ByteSource } from '../bytes/byte-source.js'
import { Cursor } from '../bytes/cursor.js'
import { InputError } from '../errors.js'

/** One field of a protobuf message, where it lies; nothing of a long one is read. */
export interface WireField {
  readonly number: number
  /** of a number: itself */
  readonly value?: number
  /** of bytes, text or a message: where its content begins and how long it is */
  readonly offset: number
  readonly length: number
  /** where the field itself begins */
  readonly start: number
}

function varint(cursor: Cursor): number {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.u8()
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return value
  }
  throw new InputError('not an ONNX file', cursor.source.name, 'check that it is one, or copy it again')
}

/**
 * Reads the head of the next field of a message, and the number where it is one; the cursor then stands before its content.
 * @param end where the message ends
 * @throws InputError where the bytes are no protobuf message
 */
export function readField(cursor: Cursor, end: number): WireField {
  const start = cursor.position
  const key = varint(cursor)
  const [number, type] = [Math.floor(key / 8), key % 8]
  const value = type === 0 ? varint(cursor) : undefined
  const length = type === 2 ? varint(cursor) : type === 1 ? 8 : type === 5 ? 4 : 0
  const isKnown = [0, 1, 2, 5].includes(type) && number > 0
  if (!isKnown || cursor.position + length > end) {
    throw new InputError(
      'not an ONNX file, or cut short',
      cursor.source.name,
      'check that it is one, or copy it again',
    )
  }
  return { number, ...(value !== undefined && { value }), offset: cursor.position, length, start }
}

/**
 * Steps over the fields of the message that lies at `offset`, without reading what they hold: a file of
 * gigabytes is walked in the time of a few reads.
 * @throws InputError where the bytes are no protobuf message
 */
export function* wireFields(source: ByteSource, offset = 0, length = source.length): Generator<WireField> {
  const end = offset + length
  const cursor = new Cursor(source, offset, end)
  while (cursor.position < end) {
    const field = readField(cursor, end)
    cursor.skip(field.length)
    yield field
  }
}

/** A message in two: fields that are to be read by themselves, and the bytes of all others. */
export function splitMessage(
  source: ByteSource,
  offset: number,
  length: number,
  apart: readonly number[],
): { readonly rest: Uint8Array; readonly parts: readonly WireField[] } {
  const parts: WireField[] = []
  const rest: Uint8Array[] = []
  let start = offset
  const keepUntil = (end: number): void => {
    if (end > start) rest.push(source.read(start, end - start))
  }
  for (const field of wireFields(source, offset, length)) {
    if (apart.includes(field.number)) {
      keepUntil(field.start)
      parts.push(field)
      start = field.offset + field.length
    }
  }
  keepUntil(offset + length)
  return { rest: Buffer.concat(rest), parts }
}
