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
 * Steps over the fields of the message that lies at `offset`, without reading what they hold: a file of
 * gigabytes is walked in the time of a few reads.
 * @throws InputError where the bytes are no protobuf message
 */
export function* wireFields(source: ByteSource, offset = 0, length = source.length): Generator<WireField> {
  const cursor = new Cursor(source, offset)
  const end = offset + length
  while (cursor.position < end) {
    const start = cursor.position
    const key = varint(cursor)
    const number = Math.floor(key / 8)
    const type = key % 8
    if (type === 0) {
      const value = varint(cursor)
      yield { number, value, offset: cursor.position, length: 0, start }
      continue
    }
    const size = type === 2 ? varint(cursor) : type === 1 ? 8 : type === 5 ? 4 : undefined
    if (size === undefined || number === 0 || cursor.position + size > end) {
      throw new InputError(
        'not an ONNX file, or cut short',
        source.name,
        'check that it is one, or copy it again',
      )
    }
    yield { number, offset: cursor.skip(size), length: size, start }
  }
}

/** Fields of one message that are read apart from numbers: what they become takes a hundred times their bytes. */
const MOST_FIELDS = 500_000

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
  let fields = 0
  for (const field of wireFields(source, offset, length)) {
    if (++fields > MOST_FIELDS)
      throw new InputError(
        `a network of more than ${MOST_FIELDS} nodes, weights or names`,
        source.name,
        'check that it is the file you mean',
      )
    if (apart.includes(field.number)) {
      keepUntil(field.start)
      parts.push(field)
      start = field.offset + field.length
    }
  }
  keepUntil(offset + length)
  return { rest: Buffer.concat(rest), parts }
}
