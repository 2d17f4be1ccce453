import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeNpy, encodeNpy } from '../../src/arrays/npy.js'
import { parseNpyHeader } from '../../src/arrays/npy-header.js'
import { InputError } from '../../src/errors.js'

/** A `.npy` file with this text as its header. */
function withHeader(text: string, version = 1, body: Uint8Array = new Uint8Array(64)): Uint8Array {
  const content = Buffer.from(text, 'latin1')
  const head = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1')
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  if (version === 1) length.writeUInt16LE(content.length)
  else length.writeUInt32LE(content.length)
  return Buffer.concat([head, length, content, body])
}
const plain = (descr: string, shape: string, order = 'False') =>
  withHeader(`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`)

describe('what a header may say', () => {
  test.each([
    ["'<f4'", '(2, 3)', { type: 'float32', bigEndian: false, shape: [2, 3] }],
    ["'>f8'", '(2L, 3L)', { type: 'float64', bigEndian: true, shape: [2, 3] }],
    ["'=i2'", '[2, 3]', { type: 'int16', bigEndian: false, shape: [2, 3] }],
    ["'|b1'", '()', { type: 'bool', bigEndian: false, shape: [] }],
    ["'?'", '(4,)', { type: 'bool', bigEndian: false, shape: [4] }],
    ["u'<f2'", '(np.int64(2), numpy.int32(3))', { type: 'float16', bigEndian: false, shape: [2, 3] }],
  ])('%s %s', (descr, shape, expected) => {
    expect(parseNpyHeader(plain(descr, shape), 'x.npy')).toMatchObject(expected)
  })

  test.each([
    ["'|O'", '(2,)', "type '|O' are not read (Python objects)"],
    ["'<U7'", '(2,)', "type '<U7' are not read (text)"],
    ["'<c8'", '(2,)', 'complex numbers'],
    ["'<f16'", '(2,)', 'a width that is not read'],
    ["[('a', '<f4')]", '(2,)', 'records of fields'],
    ["'<f4'", '(-1, 2)', 'the shape [-1,2] is not understood'],
    ["'<f4'", '(2.5, 2)', 'the .npy header is not understood'],
    ["'<f4'", '(99999999999999999999, 2)', 'is not understood'],
    ["'<f4'", '__import__("os").system("true")', 'the .npy header is not understood'],
    ["'<f4'", `${'('.repeat(50)}2${')'.repeat(50)}`, 'the .npy header is not understood'],
  ])('%s %s is refused', (descr, shape, message) => {
    expect(() => parseNpyHeader(plain(descr, shape), 'x.npy')).toThrow(message)
  })
})

test('a long header is refused by its length, without being read', () => {
  const bytes = withHeader(`{'descr': ${' '.repeat(4_000_000)}`, 2)
  expect(() => parseNpyHeader(bytes, 'x.npy')).toThrow(
    'the .npy header is 4000010 bytes long, at most 10000 are read (as in NumPy)',
  )
})

test('any header ends in a value or an InputError, soon (property)', () => {
  const token = fc.constantFrom(
    "'descr'",
    "'shape'",
    "'<f4'",
    ':',
    ',',
    '(',
    ')',
    '{',
    '}',
    '[',
    '80L',
    'True',
    ' ',
    '"',
    '\\',
  )
  const text = fc.array(fc.oneof(token, fc.string({ maxLength: 4 })), { maxLength: 200 })
  fc.assert(
    fc.property(text, (parts) => {
      try {
        parseNpyHeader(withHeader(parts.join('')), 'x.npy')
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }),
  )
})

describe('elements', () => {
  test('big-endian, Fortran order and float16 become little-endian, C order and float32', () => {
    const values = [1, 2, 3, 4, 5, 6]
    const bigEndian = Buffer.alloc(24)
    for (const [i, value] of [1, 4, 2, 5, 3, 6].entries()) bigEndian.writeFloatBE(value, 4 * i)
    const header = "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3)}"
    const found = decodeNpy(withHeader(header, 3, bigEndian), 'x.npy')
    expect(found).toEqual({ type: '<f4', shape: [2, 3], data: Float32Array.from(values) })
    const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x7bff).buffer)
    const half = decodeNpy(
      withHeader("{'descr': '<f2', 'fortran_order': False, 'shape': (3,)}", 1, halves),
      'x.npy',
    )
    expect(half.data).toEqual(Float32Array.of(1, -2, 65504))
  })

  test('all whole numbers come back as they were written', () => {
    const array = { type: '<u8', shape: [2], data: BigUint64Array.of(0n, 2n ** 64n - 1n) } as const
    expect(decodeNpy(encodeNpy(array), 'x.npy')).toEqual(array)
  })
})
