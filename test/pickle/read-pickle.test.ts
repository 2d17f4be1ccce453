import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { FileSource, MemorySource } from '../../src/bytes/byte-source.js'
import { InputError } from '../../src/errors.js'
import { type PickleOptions, readPickle } from '../../src/pickle/read-pickle.js'
import { PickleBytes, PickleGlobal } from '../../src/pickle/values.js'

const folder = mkdtempSync(join(tmpdir(), 'pickle-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fromHex(hex: string): MemorySource {
  return new MemorySource(Buffer.from(hex, 'hex'), 'x.pkl')
}

/** What Python writes for bytes and sets before it had opcodes for them. */
const OLD_PYTHON: PickleOptions<Uint8Array> = {
  global: ({ name }) => ['_codecs.encode', '__builtin__.set', 'builtins.set'].includes(name),
  reduce: (callee, [argument]) =>
    callee instanceof PickleGlobal && callee.name === '_codecs.encode'
      ? Buffer.from(String(argument), 'latin1')
      : Array.isArray(argument)
        ? new Set(argument)
        : undefined,
}

/**
 * Written by Python 3.11, protocols 0 to 5: {'a': [1, -2, 70000, 2**40, 2**70, -2**70, True, None],
 * 'b': (1.5, 'é', b'\x00\xff', ()), 'c': {3}, 'd': [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]}
 */
const BY_PYTHON = [
  '286470300a56610a70310a286c70320a49310a61492d320a614937303030300a614c313039393531313632373737364c0a614c313138303539313632303731373431313330333432344c0a614c2d313138303539313632303731373431313330333432344c0a614930310a614e617356620a70330a2846312e350a56e90a70340a635f636f646563730a656e636f64650a70350a28565c7530303030ff0a70360a566c6174696e310a70370a7470380a5270390a2874747031300a7356630a7031310a635f5f6275696c74696e5f5f0a7365740a7031320a28286c7031330a49330a61747031340a527031350a7356640a7031360a286c7031370a2849310a747031380a612849310a49320a747031390a612849310a49320a49330a747032300a612849310a49320a49330a49340a747032310a61732e',
  '7d71002858010000006171015d7102284b014afeffffff4a701101004c313039393531313632373737364c0a4c313138303539313632303731373431313330333432344c0a4c2d313138303539313632303731373431313330333432344c0a4930310a4e65580100000062710328473ff80000000000005802000000c3a97104635f636f646563730a656e636f64650a710528580300000000c3bf710658060000006c6174696e3171077471085271092974710a580100000063710b635f5f6275696c74696e5f5f0a7365740a710c285d710d4b036174710e52710f58010000006471105d711128284b01747112284b014b02747113284b014b024b03747114284b014b024b034b0474711565752e',
  '80027d71002858010000006171015d7102284b014afeffffff4a701101008a060000000000018a090000000000000000408a090000000000000000c0884e65580100000062710328473ff80000000000005802000000c3a97104635f636f646563730a656e636f64650a7105580300000000c3bf710658060000006c6174696e3171078671085271092974710a580100000063710b635f5f6275696c74696e5f5f0a7365740a710c5d710d4b036185710e52710f58010000006471105d7111284b018571124b014b028671134b014b024b03877114284b014b024b034b0474711565752e',
  '80037d71002858010000006171015d7102284b014afeffffff4a701101008a060000000000018a090000000000000000408a090000000000000000c0884e65580100000062710328473ff80000000000005802000000c3a97104430200ff7105297471065801000000637107636275696c74696e730a7365740a71085d71094b036185710a52710b580100000064710c5d710d284b0185710e4b014b0286710f4b014b024b03877110284b014b024b034b0474711165752e',
  '80049583000000000000007d94288c0161945d94284b014afeffffff4a701101008a060000000000018a090000000000000000408a090000000000000000c0884e658c01629428473ff80000000000008c02c3a994430200ff942974948c0163948f94284b03908c0164945d94284b0185944b014b0286944b014b024b038794284b014b024b034b04749465752e',
  '80059583000000000000007d94288c0161945d94284b014afeffffff4a701101008a060000000000018a090000000000000000408a090000000000000000c0884e658c01629428473ff80000000000008c02c3a994430200ff942974948c0163948f94284b03908c0164945d94284b0185944b014b0286944b014b024b038794284b014b024b034b04749465752e',
]

/** os.system('echo hi'), protocols 0 and 4 */
const CALLS_SYSTEM = [
  '63706f7369780a73797374656d0a70300a28566563686f2068690a70310a7470320a5270330a2e',
  '80049522000000000000008c05706f736978948c0673797374656d9493948c076563686f20686994859452942e',
]

describe('what Python writes', () => {
  it.each(BY_PYTHON.map((hex, protocol) => [protocol, hex] as const))('protocol %i', (_, hex) => {
    const { value, end } = readPickle(fromHex(hex), OLD_PYTHON)
    expect(end).toBe(hex.length / 2)
    const map = value as Map<string, unknown>
    expect(map.get('a')).toEqual([1, -2, 70000, 2 ** 40, 2n ** 70n, -(2n ** 70n), true, null])
    expect(map.get('c')).toEqual(new Set([3]))
    expect(map.get('d')).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]])
    const [real, text, bytes, empty] = map.get('b') as unknown[]
    expect([real, text, empty]).toEqual([1.5, 'é', []])
    expect([...(bytes instanceof PickleBytes ? bytes.read() : (bytes as Uint8Array))]).toEqual([0, 255])
  })

  it("Python 2's str is text or bytes, as asked", () => {
    const source = new MemorySource(Buffer.from("(S'a\\x00\\n\\\\'\nU\x02\xffbt.", 'latin1'), 'x.pkl')
    expect(readPickle(source).value).toEqual(['a\0\n\\', '\xffb'])
    const bytes = readPickle(source, { pythonStrings: 'bytes' }).value as PickleBytes[]
    expect(bytes.map((b) => [...b.read()])).toEqual([
      [97, 0, 10, 92],
      [255, 98],
    ])
  })

  it('bytes stay in the file until they are read', () => {
    const path = join(folder, 'bytes.pkl')
    const big = Buffer.alloc(200_000, 7)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(big.length)
    writeFileSync(path, Buffer.concat([Buffer.from(']B'), length, big, Buffer.from('aC\x01ZaK\x05a.')]))
    const source = new FileSource(path)
    const [first, second, five] = readPickle(source).value as [PickleBytes, PickleBytes, number]
    expect([first.offset, first.length, five]).toEqual([6, 200_000, 5])
    expect(first.read().every((byte) => byte === 7)).toBe(true)
    expect([...second.read()]).toEqual([90])
    source.close()
  })

  it('several pickles in one file are read one after another', () => {
    const source = new MemorySource(Buffer.from('K\x01.K\x02.'), 'x.pkl')
    const first = readPickle(source)
    const second = readPickle(source, { offset: first.end })
    expect([first.value, second.value, second.end]).toEqual([1, 2, 6])
  })
})

describe('what is refused', () => {
  it.each(CALLS_SYSTEM)('a call of os.system: %s', (hex) => {
    expect(() => readPickle(fromHex(hex))).toThrow(
      /^x\.pkl: the pickle names 'posix\.system'.*\(opcode (STACK_)?GLOBAL, before byte \d+\); nothing was run/,
    )
  })

  it('a call of a global that may be named but has no meaning', () => {
    expect(() => readPickle(fromHex(CALLS_SYSTEM[1]), { global: () => true })).toThrow(
      /wants 'posix\.system' called \(opcode REDUCE/,
    )
  })

  it.each([
    ['cut short in an opcode', 'X\xff', /ends early/],
    ['a length beyond the file', 'B\xff\xff\xff\xffab', /4294967295 bytes are needed at byte 5, it has 7/],
    ['a length beyond 2^53', '\x8e\xff\xff\xff\xff\xff\xff\xff\xffab', /ends early/],
    ['a frame beyond the file', '\x80\x04\x95\x00\x01\x00\x00\x00\x00\x00\x00N.', /ends early/],
    ['no pickle at all', '\x7fELF', /not a pickle: byte 0 is no opcode \(0x7f\)/],
    ['an empty stack', '.', /takes a value that is not there \(opcode STOP/],
    ['no mark', 't.', /lacks a mark \(opcode TUPLE/],
    ['an unknown memo', 'h\x07.', /recalls value 7/],
    ['a newer protocol', '\x80\x09.', /protocol 9 is not known/],
    ['a state', 'N}b.', /sets the state of an object \(opcode BUILD/],
    ['a persistent id', 'NQ.', /outside it \(opcode BINPERSID/],
    ['an extension', '\x82\x01.', /EXT1/],
    ['an out-of-band buffer', '\x97.', /NEXT_BUFFER/],
    ['an endless integer', `I${'9'.repeat(2000)}\n.`, /integer/],
    ['items for a number', 'K\x01K\x02a.', /not a list/],
  ])('%s', (_, text, message) => {
    const read = () => readPickle(new MemorySource(Buffer.from(text, 'latin1'), 'x.pkl'))
    expect(read).toThrow(InputError)
    expect(read).toThrow(message)
  })

  it.each([
    ['a memo', '\x80\x04N', '\x94', 4_000_000],
    ['dictionaries', '\x80\x02(', '}', 1_200_000],
    ['sets', '\x80\x04(', '\x8f', 1_200_000],
    ['lists', '\x80\x02(', ']', 3_000_000],
  ])('%s that take far more memory than the file has bytes', (_, head, opcode, times) => {
    const source = new MemorySource(
      Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(times, opcode, 'latin1')]),
      'x.pkl',
    )
    expect(() => readPickle(source)).toThrow(/x\.pkl: what the pickle makes takes more memory than/)
  })

  it('more values than the limit', () => {
    const source = new MemorySource(Buffer.from(`${']'.repeat(101)}.`), 'x.pkl')
    expect(() => readPickle(source, { maxValues: 100 })).toThrow(/more values/)
  })

  it('any bytes end in a value or an InputError', () => {
    const letters =
      '().012NIJKLMGFVXSTUBC]lae}dsutpqrghjcRoibPQ\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8c\x8f\x90\x91\x93\x94\x95\n\x00\x01\x05'
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 60 }), (codes) => {
        try {
          readPickle(new MemorySource(Buffer.from(codes.join(''), 'latin1'), 'x.pkl'))
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})
