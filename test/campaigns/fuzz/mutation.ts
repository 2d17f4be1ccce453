import fc from 'fast-check'
import type { FuzzedReader } from './reader.js'

/** Damage done to a file. */
type Mutation = (bytes: Uint8Array) => Uint8Array

/** Bytes of a mutated file at most: a reader that is slow is slow with these. */
export const MOST_BYTES = 1 << 18
const MOST_MUTATIONS = 5

/** Sizes and offsets that go wrong. */
const INTEGERS = [0n, 1n, -1n, 2n, 127n, 128n, 255n, 256n, 32767n, 65535n, 65536n]
  .concat([2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 53n])
  .concat([2n ** 63n - 1n, -(2n ** 63n), -2n, -(2n ** 31n), 1_000_000n, 10_000_000_000n])
const NUMBERS = ['0', '-1', '1e400', '-1e-400', 'NaN', 'null', '4294967296', '99999999999999999999', '1e9']
/** What no name should do to a terminal, a page, a path or a program. */
const NASTY = [
  '\x1b[2J',
  '\u202e',
  '../../../../etc/passwd',
  '/etc/passwd',
  '<script>',
  '\0',
  '\n',
  'é'.repeat(300),
].concat(['__proto__', 'constructor', '%s%n', '"', "'", '\\', ',', '\t'])
const BRACKETS = ['[', '{', '(', '<a>', '{"a":', '- ', '[[', '((']

const encode = (word: string | Uint8Array): Uint8Array =>
  typeof word === 'string' ? new TextEncoder().encode(word) : word

const joined = (...pieces: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pieces))

/** As often as fits. */
const repeated = (word: Uint8Array, times: number): Uint8Array => {
  const most = word.length === 0 ? 0 : Math.min(times, Math.floor(MOST_BYTES / word.length))
  return most === 0 ? new Uint8Array(0) : Uint8Array.from(Buffer.alloc(most * word.length, word))
}

const place = fc.nat({ max: MOST_BYTES })
const short = fc.nat({ max: 64 })
const times = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 8 }) },
  { weight: 2, arbitrary: fc.constantFrom(100, 1_000) },
  fc.constantFrom(10_000, 100_000),
)
/** Lists in lists, closed as they should be. */
const nested = fc
  .tuple(
    fc.constantFrom(['[', ']'], ['{"a":', '}'], ['(', ')'], ['(l', '']),
    fc.constantFrom(3, 100, 2_000, 20_000),
  )
  .map(([[open, close], depth]) => `${open.repeat(depth)}${close.repeat(depth)}`)

/** `change` at a place of the file, whose length it is told; an empty file stays empty. */
function at<T>(values: fc.Arbitrary<T>, change: (bytes: Uint8Array, at: number, value: T) => Uint8Array) {
  return fc.tuple(place, values).map(
    ([where, value]): Mutation =>
      (bytes) =>
        change(bytes, where % (bytes.length + 1), value),
  )
}

function overwritten(bytes: Uint8Array, from: number, by: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed.set(by.subarray(0, bytes.length - from), from)
  return changed
}

function integer(value: bigint, width: number, bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, value), true)
  const cut = bytes.slice(0, width)
  return bigEndian ? cut.reverse() : cut
}

/** The decimal number that begins nearest behind a place becomes another. */
function renumbered(bytes: Uint8Array, from: number, by: string): Uint8Array {
  const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
  let start = from
  while (start < bytes.length && !isDigit(bytes[start])) start++
  let end = start
  while (end < bytes.length && isDigit(bytes[end])) end++
  return joined(bytes.subarray(0, start), encode(by), bytes.subarray(end))
}

/** Damage of every kind, the simplest first: fast-check shrinks to that. */
function anyMutation(seeds: readonly Uint8Array[], words: readonly Uint8Array[]): fc.Arbitrary<Mutation> {
  const word = fc.oneof(fc.constantFrom(...words), fc.uint8Array({ maxLength: 6 }))
  const integers = fc.tuple(fc.constantFrom(...INTEGERS), fc.constantFrom(1, 2, 4, 8), fc.boolean())
  const insert = (bytes: Uint8Array, from: number, piece: Uint8Array) =>
    joined(bytes.subarray(0, from), piece, bytes.subarray(from))
  return fc.oneof(
    at(fc.nat({ max: 255 }), (bytes, from, value) => overwritten(bytes, from, Uint8Array.of(value))),
    at(fc.nat({ max: 7 }), (bytes, from, bit) =>
      overwritten(bytes, from, Uint8Array.of((bytes[from] ?? 0) ^ (1 << bit))),
    ),
    at(integers, (bytes, from, [value, width, big]) => overwritten(bytes, from, integer(value, width, big))),
    at(fc.oneof(fc.constantFrom(...NUMBERS), nested), renumbered),
    at(fc.constant(0), (bytes, from) => bytes.slice(0, from)),
    at(short, (bytes, from, length) => joined(bytes.subarray(0, from), bytes.subarray(from + length))),
    at(word, insert),
    at(word, (bytes, from, piece) => overwritten(bytes, from, piece)),
    at(fc.tuple(short, times), (bytes, from, [length, count]) =>
      insert(bytes, from, repeated(bytes.subarray(from, from + length), count)),
    ),
    at(fc.tuple(place, short), (bytes, from, [source, length]) =>
      overwritten(bytes, from, bytes.slice(source % (bytes.length + 1)).subarray(0, length)),
    ),
    at(fc.tuple(fc.constantFrom(...seeds), place), (bytes, from, [other, source]) =>
      joined(bytes.subarray(0, from), other.subarray(source % (other.length + 1))),
    ),
    at(
      fc.tuple(fc.oneof(word, fc.constantFrom(...BRACKETS).map(encode)), times),
      (bytes, from, [piece, count]) => insert(bytes, from, repeated(piece, count)),
    ),
  )
}

/** Files with one to five kinds of damage each, mostly few; they shrink towards a valid file with little damage. */
export function mutants(
  seeds: readonly Uint8Array[],
  own: FuzzedReader['words'] = [],
): fc.Arbitrary<Uint8Array> {
  const words = [...own, ...NASTY].map(encode)
  const mutation = anyMutation(seeds, words)
  const upTo = (most: number) => fc.array(mutation, { minLength: 1, maxLength: most, size: 'max' })
  const damage = fc.oneof(
    { weight: 3, arbitrary: upTo(1) },
    { weight: 2, arbitrary: upTo(2) },
    upTo(MOST_MUTATIONS),
  )
  return fc
    .tuple(fc.constantFrom(...seeds), damage)
    .map(([seed, mutations]) =>
      mutations.reduce((bytes, mutate) => mutate(bytes).subarray(0, MOST_BYTES), seed),
    )
}
