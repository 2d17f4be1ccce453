import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PairPickle, readPairPickle } from '../../src/datasets/pair-pickle.js'
import { InputError } from '../../src/errors.js'
import { encodePairPickle } from './pair-pickle.js'

const python = '/usr/bin/python3'
const hasPython = spawnSync(python, ['-c', 'import pickle']).status === 0
const real = fileURLToPath(new URL('../../../shared/real/real-pairs.bin', import.meta.url))

/** What `pickle.dumps(expression, protocol)` gives. */
function dumps(expression: string, protocol: number): Buffer {
  const script = `import pickle,sys,os;sys.stdout.buffer.write(pickle.dumps(${expression},${protocol}))`
  return spawnSync(python, ['-c', script], { maxBuffer: 1 << 26 }).stdout
}

const bytesOf = (bytes: Buffer, { images }: PairPickle) =>
  images.map(({ offset, length }) => bytes.subarray(offset, offset + length))

test('images come as places in the file, whatever they hold (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), fc.array(fc.boolean()), (images, same) => {
      const bytes = encodePairPickle(images, same)
      const pickle = readPairPickle(bytes, 'x.bin')
      expect(bytesOf(bytes, pickle)).toEqual(images.map((image) => Buffer.from(image)))
      expect([...pickle.same]).toEqual(same.map(Number))
    }),
  )
})

describe.skipIf(!hasPython)("Python's pickles (needs Python)", () => {
  test.each([3, 4, 5])('protocol %i, with repeated and long byte strings', (protocol) => {
    const bytes = dumps("(lambda a: ([a, b'x'*300, a, b''], [True, False]))(b'abc')", protocol)
    const pickle = readPairPickle(bytes, 'x.bin')
    expect(bytesOf(bytes, pickle).map(String)).toEqual(['abc', 'x'.repeat(300), 'abc', ''])
    expect([...pickle.same]).toEqual([1, 0])
  })

  test('lists of one entry, tuples of lists in a list, labels as numbers', () => {
    expect([...readPairPickle(dumps("[[b'a', b'b'], [1]]", 4), 'x').same]).toEqual([1])
    expect([...readPairPickle(dumps("((b'a', b'b'), (0,))", 4), 'x').same]).toEqual([0])
  })

  test("Python 2's strings, protocol 2", () => {
    const bytes = Buffer.from(
      '\x80\x02]q\x00(U\x03abcq\x01T\x02\x00\x00\x00xyh\x01e]q\x02(\x88\x89e\x86.',
      'latin1',
    )
    expect(bytesOf(bytes, readPairPickle(bytes, 'x')).map(String)).toEqual(['abc', 'xy', 'abc'])
  })
})

test.skipIf(!existsSync(real))('the real set (needs ../shared/real)', () => {
  const bytes = readFileSync(real)
  const pickle = readPairPickle(bytes, real)
  expect(pickle.images.length).toBe(600)
  expect(pickle.same.reduce((sum, label) => sum + label, 0)).toBe(38)
  for (const image of bytesOf(bytes, pickle)) expect(image.readUInt16BE(0)).toBe(0xffd8)
})

describe('nothing in a pickle runs', () => {
  const payload = (text: string) => () => readPairPickle(Buffer.from(text, 'latin1'), 'x.bin')

  test.each([
    [
      "cos\nsystem\n(S'true'\ntR.",
      "x.bin: the pickle would run code: GLOBAL 'os.system' at byte 0; only lists",
    ],
    ['\x80\x04\x8c\x02os\x8c\x06system\x93.', 'x.bin: the pickle has the opcode 0x8c at byte 2'],
    ['\x80\x04\x43\x02os\x43\x06system\x93.', 'the pickle would run code: STACK_GLOBAL at byte 14'],
    ['\x80\x04NNR.', 'the pickle would run code: REDUCE at byte 4'],
    ['(ios\nsystem\n.', "the pickle would run code: INST 'os.system' at byte 1"],
    ['\x80\x02NN\x81.', 'the pickle would run code: NEWOBJ'],
    ['\x80\x02NNb.', 'the pickle would run code: BUILD'],
    ['Pid\n.', 'the pickle would run code: PERSID'],
  ])('%j', (text, message) => {
    expect(payload(text)).toThrow(InputError)
    expect(payload(text)).toThrow(message)
  })

  test.skipIf(!hasPython)('a class whose unpickling calls a function (needs Python)', () => {
    const bytes = dumps("type('E',(),{'__reduce__':lambda s:(os.system,('false',))})()", 2)
    expect(() => readPairPickle(bytes, 'x.bin')).toThrow("would run code: GLOBAL 'posix.system'")
  })
})

describe('what is damaged is refused', () => {
  const bytes = encodePairPickle([Buffer.from('abc'), Buffer.from('de')], [true])

  test('cut short anywhere', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readPairPickle(bytes.subarray(0, length), 'x.bin')).toThrow(
        /^x\.bin: the pickle is (cut short|damaged: .*); copy the file again$/,
      )
    }
  })

  test('any bytes end in a value or an InputError, never in anything else (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(bytes.length - 1), (noise, at) => {
        try {
          readPairPickle(Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]), 'x.bin')
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a file of opcodes that only make values', () => {
    const bomb = Buffer.alloc(5_000_000, ']')
    expect(() => readPairPickle(bomb, 'x.bin')).toThrow('the pickle makes more than 4000000 values')
  })

  test.each([
    ['N.', 'the pickle is no pair of lists (images, labels)'],
    [')(\x85.', 'the pickle is no pair of lists'],
    ['](K\x01e](\x88e\x86.', 'image 0 is not a string of bytes'],
    ['](C\x01ae](Ne\x86.', 'label 0 is no boolean'],
    ['h\x05.', 'the pickle is damaged: entry 5 is not stored'],
  ])('%j', (text, message) => {
    expect(() => readPairPickle(Buffer.from(text, 'latin1'), 'x.bin')).toThrow(message)
  })
})
