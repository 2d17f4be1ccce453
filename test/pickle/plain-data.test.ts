import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../src/bytes/byte-source.js'
import { InputError } from '../../src/errors.js'
import { NumpyArray } from '../../src/pickle/numpy.js'
import { type DataObject, PlainData } from '../../src/pickle/plain-data.js'
import { readPickle } from '../../src/pickle/read-pickle.js'
import { isPickle } from '../../src/pickle/recognise-pickle.js'
import { PickleBytes } from '../../src/pickle/values.js'
import { PYTHON, pythonHas } from '../python.js'

const PROTOCOLS = [0, 1, 2, 3, 4, 5]
const hasNumpy = pythonHas('numpy')

const TYPES = ['b1', 'u1', 'i1', '<u2', '>i2', '<i4', '>u4', '<i8', '<u8', '<f2', '>f4', '<f8', 'S3', '<U2']
/** What Python pickles, in every protocol, with one start of Python for all. */
const EXPRESSIONS = {
  types: `[[${TYPES.map((type) => `np.array([0, 1, 1], '${type}')`)}], [${TYPES.map((type) => `np.array([0, 1], '${type}')[1]`)}]]`,
  shapes:
    "[np.arange(3, dtype='u1').reshape(-1, 1), np.asfortranarray(np.arange(6, dtype='u1').reshape(2, 3)), np.zeros(0, 'u1'), np.array([b'ab', None, 5], dtype=object), np.void(b'xy')]",
  containers:
    "[b'a\\xff', b'', bytearray(b'\\x00\\xfe'), bytearray(), {3}, collections.OrderedDict(a=1), collections.defaultdict(list, b=2)]",
  large: 'np.int64(2**62 + 1)',
  pair: "([b'a'], [True])",
  lists: "[[b'a'], [True]]",
  dictionary: "{'a': 1}",
  array: 'np.zeros(2)',
  empty: '{}',
  tuple: '([],)',
}
type Name = keyof typeof EXPRESSIONS
let dumped: Record<Name, string[]> | undefined

function dumps(name: Name, protocol: number): Buffer {
  if (dumped === undefined) {
    const script = `import base64,collections,json,pickle,sys,numpy as np
print(json.dumps({n: [base64.b64encode(pickle.dumps(eval(e), p)).decode() for p in range(6)] for n, e in json.loads(sys.argv[1]).items()}))`
    const { stdout } = spawnSync(PYTHON, ['-c', script, JSON.stringify(EXPRESSIONS)], { encoding: 'utf8' })
    dumped = JSON.parse(stdout) as Record<Name, string[]>
  }
  return Buffer.from(dumped[name][protocol], 'base64')
}

function read(bytes: Uint8Array | string, pythonStrings: 'text' | 'bytes' = 'text') {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
  const source = new MemorySource(content, 'x.pkl')
  return readPickle<DataObject>(source, { ...new PlainData(source).hooks(), pythonStrings }).value
}

/** NumPy's arrays and byte strings as what vitest compares. */
function plain(value: unknown): unknown {
  if (value instanceof PickleBytes) return Buffer.from(value.read()).toString('latin1')
  if (value instanceof NumpyArray) {
    return { descr: value.type.descr, shape: value.shape, values: value.elements().map(plain) }
  }
  return Array.isArray(value) ? value.map(plain) : value
}

describe.skipIf(!hasNumpy)('what NumPy writes, in every protocol (skipped where NumPy is absent)', () => {
  it.each(PROTOCOLS)('protocol %i: arrays and scalars of every plain type', (protocol) => {
    const value = plain(read(dumps('types', protocol))) as [{ descr: string; values: unknown[] }[], unknown[]]
    for (const [i, type] of TYPES.entries()) {
      const [zero, one] =
        type.startsWith('S') || type.includes('U') ? ['0', '1'] : type === 'b1' ? [false, true] : [0, 1]
      expect(value[0][i].values, type).toEqual([zero, one, one])
      expect(value[1][i], type).toBe(one)
    }
    expect(value[0].map(({ descr }) => descr)).toEqual(
      TYPES.map((type) => (/^[bui]1$/.test(type) || type === 'S3' ? `|${type}` : type)),
    )
  })

  it.each(PROTOCOLS)('protocol %i: columns, Fortran order, empty and object arrays', (protocol) => {
    const [column, fortran, empty, objects, raw] = read(dumps('shapes', protocol)) as NumpyArray[]
    expect([column.isVector, fortran.isVector, empty.length]).toEqual([true, false, 0])
    expect(plain(column)).toEqual({ descr: '|u1', shape: [3, 1], values: [0, 1, 2] })
    expect(fortran.fortranOrder).toBe(true)
    expect([...(fortran.bytes?.read() ?? [])]).toEqual([0, 3, 1, 4, 2, 5])
    expect(plain(objects)).toEqual({ descr: '|O8', shape: [3], values: ['ab', null, 5] })
    expect(plain(raw)).toBe('xy')
  })

  it.each(PROTOCOLS)('protocol %i: bytes, byte arrays, sets, ordered dictionaries', (protocol) => {
    const [text, none, array, noArray, set, ordered, dictionary] = read(
      dumps('containers', protocol),
    ) as unknown[]
    expect([text, none, array, noArray].map(plain)).toEqual(['a\xff', '', '\x00\xfe', ''])
    expect([set, ordered, dictionary]).toEqual([new Set([3]), new Map([['a', 1]]), new Map([['b', 2]])])
  })

  it.each(PROTOCOLS)('protocol %i is recognised as a pickle', (protocol) => {
    for (const value of ['pair', 'lists', 'dictionary', 'array', 'empty', 'tuple'] as const) {
      expect(isPickle(dumps(value, protocol).subarray(0, 4096)), value).toBe(true)
    }
  })

  it('integers beyond 2^53 keep their digits', () => {
    expect(read(dumps('large', 4))).toBe(2n ** 62n + 1n)
  })
})

/** `numpy.core.multiarray._reconstruct(CLASS, (0,), 'b')` with its state, as protocol 2 has it. */
const array = (state: string, kind = 'cnumpy\nndarray\n', module = 'numpy.core.multiarray') =>
  `\x80\x02c${module}\n_reconstruct\n${kind}K\x00\x85U\x01b\x87R${state}b.`
const U1 = 'cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'

describe('spellings, read as text or as bytes', () => {
  it.each([
    ['NumPy 1', 'numpy.core.multiarray'],
    ['NumPy 2', 'numpy._core.multiarray'],
    ['NumPy 1.16', 'numpy.core._multiarray_umath'],
  ])('%s', (_, module) => {
    for (const strings of ['text', 'bytes'] as const) {
      const value = read(array(`(K\x01K\x02\x85${U1}\x89U\x02\xfe\x01t`, undefined, module), strings)
      expect(plain(value)).toEqual({ descr: '|u1', shape: [2], values: [254, 1] })
    }
  })
})

describe('hostile arrays are refused, by name or with what is wrong', () => {
  const good = (shape: string, data = 'U\x02ab', type = U1) => `(K\x01${shape}${type}\x89${data}t`
  it.each([
    ['a class that is none', array(good('K\x02\x85'), 'cposix\nsystem\n'), /names 'posix\.system'/],
    [
      'a function as the class',
      array(good('K\x02\x85'), 'cnumpy\ndtype\n'),
      /'numpy\.core\.multiarray\._reconstruct' called, but as 'numpy\.dtype', not as an array/,
    ],
    ['eval', '\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.', /names 'builtins\.eval'/],
    ['eval of Python 2', '\x80\x02c__builtin__\neval\nU\x011\x85R.', /names '__builtin__\.eval'/],
    ['os.popen', '\x80\x02cos\npopen\nU\x02ls\x85R.', /names 'os\.popen'/],
    [
      "NumPy's own runner",
      '\x80\x02cnumpy.testing._private.utils\nrunstring\nU\x011}\x86R.',
      /names 'numpy\.testing\._private\.utils\.runstring'/,
    ],
    ['numpy.load', '\x80\x02cnumpy\nload\nU\x01x\x85R.', /names 'numpy\.load'/],
    ['numpy.zeros', '\x80\x02cnumpy\nzeros\nJ\xff\xff\xff\x7f\x85R.', /names 'numpy\.zeros'/],
    [
      'numpy.ndarray called',
      '\x80\x02cnumpy\nndarray\nJ\xff\xff\xff\x7f\x85\x85R.',
      /wants 'numpy\.ndarray' called/,
    ],
    [
      'numpy.ndarray made anew',
      '\x80\x02cnumpy\nndarray\nJ\xff\xff\xff\x7f\x85\x85\x81.',
      /wants 'numpy\.ndarray' called/,
    ],
    [
      'a name with dots',
      '\x80\x04\x8c\x05numpy\x8c\x10ndarray.tofile.x\x93.',
      /names 'numpy\.ndarray\.tofile\.x'/,
    ],
    ['a huge shape', array(good('J\xff\xff\xff\x7f\x85')), /takes 2147483647 bytes, not 2/],
    [
      'a shape beyond 2^53',
      array(good('J\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x87')),
      /takes 9\.9.*e\+27 bytes, not 2/,
    ],
    ['a negative shape', array(good('J\xff\xff\xff\xff\x85')), /a shape is no list of sizes/],
    ['too few bytes', array(good('K\x03\x85')), /of shape \(3\) of '\|u1' takes 3 bytes, not 2/],
    ['too many bytes', array(good('K\x01\x85')), /takes 1 bytes, not 2/],
    ['objects where bytes belong', array(good('K\x02\x85', '](K\x01K\x02e')), /holds something else/],
    [
      'a type with fields',
      array(good('K\x02\x85', undefined, U1.replace('|NNN', '|NU\x01aN'))),
      /a type with fields is not read/,
    ],
    ['a type that is none', '\x80\x02cnumpy\ndtype\nU\x04u999\x85R.', /'u999' is no type of plain data/],
    [
      'a scalar cut short',
      `\x80\x02cnumpy.core.multiarray\nscalar\n${U1}U\x02ab\x86R.`,
      /a scalar of '\|u1' takes 1 bytes, not 2/,
    ],
    [
      'a byte array of a length',
      '\x80\x02c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R.',
      /wants '__builtin__\.bytearray' called/,
    ],
    [
      'bytes of a length',
      '\x80\x02c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.',
      /wants '__builtin__\.bytes' called/,
    ],
    [
      'another encoding',
      '\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x03\x00\x00\x00zip\x86R.',
      /wants '_codecs\.encode' called/,
    ],
    ['the state of a class', '\x80\x02cnumpy\nndarray\n}b.', /sets the state of 'numpy\.ndarray'/],
    ['a buffer beyond the file', '\x80\x05\x96\xff\xff\xff\x7f\x00\x00\x00\x00ab', /ends early/],
    ['a buffer outside the file', '\x80\x05\x97.', /keeps bytes outside it/],
  ])('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(InputError)
    expect(() => read(bytes)).toThrow(message)
  })

  it('one text asked for as bytes again and again fills no memory', () => {
    const text = `X\x00\x00\x10\x00${'a'.repeat(1 << 20)}q\x00`
    const again = 'c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R'
    expect(() => read(`\x80\x02(${text}${again.repeat(100)}t.`)).toThrow(
      /makes more of its content than the file holds/,
    )
  })

  it('one list copied again and again fills no memory', () => {
    const again = 'c__builtin__\nset\nh\x00\x85R'
    expect(() => read(`\x80\x02(](${'K\x01'.repeat(10_000)}eq\x00${again.repeat(100)}t.`)).toThrow(
      /makes more of its content/,
    )
  })
})
