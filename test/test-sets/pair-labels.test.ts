import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeNpy, type NpyArray } from '../../src/arrays/npy.js'
import { encodeNpz } from '../../src/arrays/npz.js'
import { readPairLabels } from '../../src/test-sets/pair-labels.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()

function read(content: string | Uint8Array, pairs?: number): Promise<number[]> {
  const path = join(folder, 'labels')
  writeFileSync(path, content)
  return readPairLabels(path, pairs).then((labels) => [...labels])
}

const expected = [1, 0, 0, 1, 1, 0]
const lines = (...words: (string | number)[]) => `${words.join('\n')}\n`
const as = (same: string | number, different: string | number) =>
  expected.map((label) => (label === 1 ? same : different))

describe('labels of pairs as text', () => {
  test.each<[string, string]>([
    ['0 and 1', lines(...expected)],
    ['True and False', lines(...as('True', 'False'))],
    ['TRUE and FALSE, as R writes them', lines(...as('TRUE', 'FALSE'))],
    ['1.0 and 0.0', lines(...as('1.0', '0.0'))],
    ['numpy.savetxt as it is', lines(...as('1.000000000000000000e+00', '0.000000000000000000e+00'))],
    ['1 and -1', lines(...as(1, -1))],
    ['one line of words', '1 0 0 1 1 0'],
    ['one line with commas', '1,0,0,1,1,0\n'],
    ['a header line', lines('issame', ...expected)],
    ['a header line that could be a label', lines('same', ...expected)],
    ['same and different', lines(...as('same', 'different'))],
    ['a quoted header line', lines('"x"', ...as('TRUE', 'FALSE'))],
    ['an index and a header (pandas)', `,same\n${expected.map((label, i) => `${i},${label}`).join('\n')}`],
    ['an index and 0 for a name (a series)', `,0\n${expected.map((label, i) => `${i},${label}`).join('\n')}`],
    ['an index and no header', expected.map((label, i) => `${i},${label}`).join('\n')],
    ['row names of R', `"same"\n${expected.map((label, i) => `"${i + 1}" ${label}`).join('\n')}`],
    ['a list of pairs', `image_1,image_2,label\n${expected.map((label) => `a,b,${label}`).join('\n')}`],
  ])('%s', async (_, text) => {
    expect(await read(text)).toEqual(expected)
  })

  test('a first line 0 is the name of a series where there is one line more than pairs', async () => {
    expect(await read(lines(0, ...expected), 6)).toEqual(expected)
    expect(await read(lines(0, ...expected), 7)).toEqual([0, ...expected])
  })
})

const numbers: readonly NpyArray[] = [
  { type: '|b1', shape: [6], data: Uint8Array.from(expected) },
  { type: '<i8', shape: [6, 1], data: BigInt64Array.from(expected, BigInt) },
  { type: '<i2', shape: [6], data: Int16Array.from(as(1, -1) as number[]) },
  { type: '|i1', shape: [1, 6], data: Int8Array.from(expected) },
  { type: '<u8', shape: [6], data: BigUint64Array.from(expected, BigInt) },
  { type: '<f4', shape: [6], data: Float32Array.from(expected) },
  { type: '<f8', shape: [6], data: Float64Array.from(expected) },
]

describe('labels of pairs as arrays', () => {
  test.each(numbers)('$type $shape', async (array) => {
    expect(await read(encodeNpy(array))).toEqual(expected)
    expect(await read(encodeNpz({ labels: array }))).toEqual(expected)
  })
})

describe('refused with what to do', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['another number', lines(1, 0, 2), /label 3 is '2'; write one of '1', 'true'/],
    ['a word', lines(1, 'maybe', 0), /label 2 is 'maybe'/],
    ['0.5', encodeNpy({ type: '<f4', shape: [2], data: Float32Array.of(1, 0.5) }), /label 2 is '0\.5'/],
    ['NaN', encodeNpy({ type: '<f4', shape: [2], data: Float32Array.of(1, Number.NaN) }), /label 2 is 'NaN'/],
    ['1, 0 and -1', lines(1, 0, -1), /label 3 is -1, label 2 is 0: different, or not known\?; write 1 for/],
    ['0 and -1 (True of Visual Basic)', lines(0, -1), /label 2 is -1, label 1 is 0/],
    ['-1 alone', lines(-1, -1), /label 1 is -1: different, or not known/],
    [
      'several columns',
      'a,b\n1,0\n0,1\n',
      /which column is meant\? It has the columns 'a', 'b'; name the column 'same'/,
    ],
    [
      'features',
      encodeNpy({ type: '<f4', shape: [2, 2], data: new Float32Array(4) }),
      /the shape is \(2, 2\)/,
    ],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95), /this is a Python pickle/],
  ])('%s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message)
  })
})
