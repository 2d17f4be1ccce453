import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FileSource, MemorySource } from '../../src/bytes/byte-source.js'
import { InputError } from '../../src/errors.js'
import { type PairPickle, readPairPickle } from '../../src/test-sets/pair-pickle.js'
import { PYTHON, pythonHas, runPython } from '../python.js'
import { REAL } from '../shared.js'
import { encodePairPickle } from './pair-pickle.js'

const hasPython = pythonHas('pickle')

/** What `pickle.dumps(expression, protocol)` gives. */
function dumps(expression: string, protocol: number): Buffer {
  const script = `import pickle,sys,os;sys.stdout.buffer.write(pickle.dumps(${expression},${protocol}))`
  return runPython(['-c', script])
}

const read = (bytes: Uint8Array | string) =>
  readPairPickle(new MemorySource(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, 'x.bin'))
const images = (pickle: PairPickle) =>
  Array.from({ length: pickle.imageCount }, (_, i) => Buffer.from(pickle.readImage(i)))

test('images come back as they are, whatever they hold (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), fc.array(fc.boolean()), (bytes, same) => {
      const pickle = read(encodePairPickle(bytes, same))
      expect(images(pickle)).toEqual(bytes.map((image) => Buffer.from(image)))
      expect([...pickle.same]).toEqual(same.map(Number))
    }),
  )
})

describe.skipIf(!hasPython)("Python's pickles (needs Python)", () => {
  test.each([0, 1, 2, 3, 4, 5])('protocol %i, with repeated, long and binary strings', (protocol) => {
    const pickle = read(dumps("(lambda a: ([a, b'x'*300, a, b'\\xff\\n'], [True, False]))(b'abc')", protocol))
    expect(images(pickle).map((image) => image.toString('latin1'))).toEqual([
      'abc',
      'x'.repeat(300),
      'abc',
      '\xff\n',
    ])
    expect([...pickle.same]).toEqual([1, 0])
  })

  test('lists of one entry, tuples in place of lists, labels as numbers', () => {
    expect([...read(dumps("[[b'a', b'b'], [1]]", 4)).same]).toEqual([1])
    expect([...read(dumps("((b'a', b'b'), (0,))", 4)).same]).toEqual([0])
  })
})

test("Python 2's strings", () => {
  const pickle = read('\x80\x02]q\x00(U\x03abcq\x01T\x02\x00\x00\x00xyh\x01e]q\x02(\x88\x89e\x86.')
  expect(images(pickle).map(String)).toEqual(['abc', 'xy', 'abc'])
})

test.skipIf(REAL === undefined)('the real set (needs ../shared/real)', () => {
  const source = new FileSource(`${REAL}/real-pairs.bin`)
  const pickle = readPairPickle(source)
  expect(pickle.imageCount).toBe(600)
  expect(pickle.same.reduce((sum, label) => sum + label, 0)).toBe(38)
  for (const image of images(pickle)) expect(image.readUInt16BE(0)).toBe(0xffd8)
  source.close()
})

describe('nothing in a pickle runs; what it wants is named', () => {
  test.each([
    ["cos\nsystem\n(S'true'\ntR.", /^x\.bin: the pickle names 'os\.system'.*GLOBAL/],
    ['\x80\x04\x8c\x02os\x8c\x06system\x93.', /names 'os\.system'.*STACK_GLOBAL/],
    ['\x80\x04N)R.', /calls what is not a name.*REDUCE/],
    ['(ios\nsystem\n.', /names 'os\.system'.*INST/],
    ['\x80\x02NNb.', /BUILD/],
    ['Pid\n.', /PERSID/],
    ['c_codecs\nencode\n(NtR.', /wants '_codecs\.encode' called.*REDUCE/],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(InputError)
    expect(() => read(text)).toThrow(message)
  })

  test.skipIf(!hasPython)('a class whose unpickling calls a function (needs Python)', () => {
    const bytes = dumps("type('E',(),{'__reduce__':lambda s:(os.system,('false',))})()", 2)
    expect(() => read(bytes)).toThrow("names 'posix.system'")
  })
})

describe('what is damaged is refused', () => {
  const bytes = encodePairPickle([Buffer.from('abc'), Buffer.from('de')], [true])

  test('cut short anywhere', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length))).toThrow(
        /^x\.bin: the file ends early: .*; copy or download/,
      )
    }
  })

  test('any bytes end in a value or an InputError, never in anything else (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(bytes.length - 1), (noise, at) => {
        try {
          read(Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]))
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a file of opcodes that only make values', () => {
    expect(() => read(Buffer.alloc(1_500_000, ']'))).toThrow(
      'the pickle holds more values than any file of its kind',
    )
  })

  test.each([
    ['N.', 'x.bin: the pickle is no pair of lists (images, labels); name a verification set of insightface'],
    [')\x85.', 'the pickle is no pair of lists'],
    ['](K\x01e](\x88e\x86.', 'image 0 is not a string of bytes'],
    ['](C\x01ae](Ne\x86.', 'label 0 is no boolean'],
    ['](C\x01aC\x01be](K\x02e\x86.', "x.bin: label 1 is '2'; write one of '1', 'true'"],
    ['](C\x01a](K\x00J\xff\xff\xff\xffe\x86.'.replace('a](', 'ae]('), 'label 2 is -1, label 1 is 0'],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})

describe.skipIf(!pythonHas('numpy'))(
  "NumPy's arrays as packing scripts leave them (skipped where NumPy is absent)",
  () => {
    const script = `
import base64, json, pickle, numpy as np
images = [bytes([0xff, 0xd8, i, 0, 7 + i, 0xd9]) + b'x' * i for i in range(4)]
labels = [True, False]
column = lambda b: np.frombuffer(b, np.uint8).reshape(-1, 1)
cases = {
  'a column in every protocol': lambda p: ([column(b) for b in images], labels),
  'the whole pair as an object array': lambda p: np.array([images, labels], dtype=object),
  'fixed-width byte strings': lambda p: (np.array(images), labels),
  'raw scalars': lambda p: ([np.void(b) for b in images], labels),
  'byte string scalars': lambda p: ([np.bytes_(b) for b in images], labels),
  'an object array of byte arrays': lambda p: (np.array([bytearray(b) for b in images] + [None], dtype=object)[:4], labels),
}
for t in ['b1', 'i1', 'u1', '<i8', '>i4', 'u2', 'f2', 'f4', '>f8']:
  cases['labels of ' + t] = lambda p, t=t: (images, np.array([1, 0], t))
  cases['a column of labels of ' + t] = lambda p, t=t: (images, np.array([[1], [0]], t))
print(json.dumps({n: [base64.b64encode(pickle.dumps(f(p), p)).decode() for p in range(6)] for n, f in cases.items()}))`
    const made = JSON.parse(
      spawnSync(PYTHON, ['-W', 'ignore', '-c', script], { encoding: 'utf8' }).stdout || '{}',
    ) as Record<string, string[]>
    const expected = [0, 1, 2, 3].map((i) => [0xff, 0xd8, i, 0, 7 + i, 0xd9, ...Array(i).fill(0x78)])

    test.each(Object.entries(made))('%s', (_, pickles) => {
      expect(pickles).toHaveLength(6)
      for (const pickle of pickles.map((text) => read(Buffer.from(text, 'base64')))) {
        expect(images(pickle).map((image) => [...image])).toEqual(expected)
        expect([...pickle.same]).toEqual([1, 0])
      }
    })

    test('-1 beside 1 is different, as in every other list of labels', () => {
      expect([...read('](C\x01aC\x01be](K\x01J\xff\xff\xff\xffe\x86.').same]).toEqual([1, 0])
    })

    test('decoded pixels are no encoded image, and the message says what to do', () => {
      const pixels = spawnSync(PYTHON, [
        '-c',
        "import pickle,sys,numpy as np;sys.stdout.buffer.write(pickle.dumps(([np.zeros((112,112,3),'u1')]*2,[True])))",
      ]).stdout
      expect(() => read(pixels)).toThrow(
        /image 0 is an array of '\|u1' of shape \(112, 112, 3\), not an encoded image; keep what cv2\.imencode gives/,
      )
    })
  },
)
