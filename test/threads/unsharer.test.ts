import { expect, test } from 'vitest'
import { unsharer } from '../../src/threads/unsharer.js'

test('shared numbers come in memory of their own, the same for the next; others stay where they are', () => {
  const unshared = unsharer((length) => new Float32Array(length))
  const shared = (...numbers: number[]) => {
    const room = new Float32Array(new SharedArrayBuffer(4 * numbers.length))
    room.set(numbers)
    return room
  }
  const first = unshared(shared(1, 2, 3))
  expect(first.buffer).toBeInstanceOf(ArrayBuffer)
  expect(Array.from(first)).toEqual([1, 2, 3])
  const second = unshared(shared(4, 5))
  expect(Array.from(second)).toEqual([4, 5])
  expect(second.buffer).toBe(first.buffer)
  const own = Float32Array.of(6)
  expect(unshared(own)).toBe(own)
})
