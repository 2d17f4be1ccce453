import type * as Msgpack from '@msgpack/msgpack'
import { InputError } from '../../errors.js'
import { onDemand } from '../../on-demand.js'

const msgpack = onDemand<typeof Msgpack>('@msgpack/msgpack')

/** Longest key that LMDB takes. */
const LONGEST_KEY = 511
const CHUNK = 65536

/** A value too long to hold at once. */
export interface ChunkedValue {
  readonly chunks: Iterable<Uint8Array>
  readonly length: number
}

/** The msgpack of the list [b'0', b'1' .. b'count-1'], as Python's `msgpack.dumps` writes it. */
export function encodeKeyList(count: number): ChunkedValue {
  const head = arrayHead(count)
  let length = head.length
  for (let digits = 1, first = 0; first < count; digits++) {
    const end = Math.min(count, 10 ** digits)
    length += (end - first) * (2 + digits)
    first = end
  }
  return { chunks: keyChunks(head, count), length }
}

function* keyChunks(head: Buffer, count: number): Generator<Uint8Array> {
  let chunk = Buffer.alloc(CHUNK)
  let used = head.copy(chunk)
  for (let number = 0; number < count; number++) {
    const key = String(number)
    if (used + 2 + key.length > CHUNK) {
      yield chunk.subarray(0, used)
      chunk = Buffer.alloc(CHUNK)
      used = 0
    }
    chunk[used] = 0xc4
    chunk[used + 1] = key.length
    chunk.write(key, used + 2, 'latin1')
    used += 2 + key.length
  }
  yield chunk.subarray(0, used)
}

function arrayHead(count: number): Buffer {
  if (count < 16) return Buffer.from([0x90 | count])
  if (count < 2 ** 16) return Buffer.from([0xdc, count >> 8, count & 255])
  const head = Buffer.from([0xdd, 0, 0, 0, 0])
  head.writeUInt32BE(count, 1)
  return head
}

/** Decodes a msgpack list of keys that comes in chunks; memory does not grow with it. @throws InputError */
export async function* decodeKeyList(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Buffer> {
  const limits = { maxBinLength: LONGEST_KEY, maxStrLength: LONGEST_KEY, maxArrayLength: 0 }
  try {
    for await (const key of msgpack().decodeArrayStream<undefined>(chunks, {
      ...limits,
      maxMapLength: 0,
      rawStrings: true,
    })) {
      if (!(key instanceof Uint8Array)) throw new (msgpack().DecodeError)('a key is not bytes')
      yield Buffer.from(key.buffer, key.byteOffset, key.length)
    }
  } catch (error) {
    if (error instanceof msgpack().DecodeError || error instanceof RangeError) {
      throw new InputError('the list of keys (__keys__) is not understood', where, 'write the file again', {
        cause: error,
      })
    }
    throw error
  }
}
