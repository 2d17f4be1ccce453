import { decode } from '@msgpack/msgpack'
import { expect, test } from 'vitest'
import { decodeKeyList, encodeKeyList } from '../../../src/datasets/lmdb/key-list.js'

test.each([0, 1, 15, 16, 1000, 65_535, 65_536, 100_001])('a list of %i keys', async (count) => {
  const { chunks, length } = encodeKeyList(count)
  const pieces = [...chunks]
  const all = Buffer.concat(pieces)
  expect(all.length).toBe(length)
  const numbers = Array.from({ length: count }, (_, i) => String(i)).join()
  const decoded = decode(all)
  expect(Array.isArray(decoded) && decoded.map((key) => Buffer.from(key).toString()).join()).toBe(numbers)
  const streamed: string[] = []
  async function* source() {
    yield* pieces
  }
  for await (const key of decodeKeyList(source(), '')) streamed.push(key.toString())
  expect(streamed.join()).toBe(numbers)
})
