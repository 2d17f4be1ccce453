const PROTOCOL = 0x80
const HIGHEST = 5

/**
 * Whether bytes begin as a pickle of lists, tuples, dictionaries or NumPy arrays does. Protocols 2 to 5 say so; 0 and 1
 * begin with the first opcodes of their value.
 */
export function isPickle(head: Uint8Array): boolean {
  const [first, second] = head
  if (first === PROTOCOL) return second >= 2 && second <= HIGHEST
  const text = Buffer.from(head.subarray(0, 64)).toString('latin1')
  // A marked list, tuple or dictionary; an empty one that is remembered or filled; an array.
  return /^(\([(\]ld}c]|[\]}][qr(]|cnumpy[._a-z]*\n)/.test(text)
}
