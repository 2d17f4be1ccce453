import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCsvPairs } from '../../src/test-sets/csv-pairs.js'
import { parseDoppelVer } from '../../src/test-sets/doppelver.js'
import { parseLfwPairs } from '../../src/test-sets/lfw-pairs.js'
import { consecutivePairs, safeListPath } from '../../src/test-sets/pair-list.js'
import { parseSllfwPairs } from '../../src/test-sets/sllfw-pairs.js'

describe("LFW's pairs.txt", () => {
  const text = [
    '2\t1',
    'Abel_Pacheco\t1\t4',
    'Abdel_Madi_Shabneh\t1\tDean_Barker\t12',
    'Akhmed_Zakayev\t1\t3',
    'Abel_Pacheco\t4\tAkhmed_Zakayev\t1',
    '',
  ].join('\n')

  test('folds of same pairs, then different ones; an image that two pairs use is one image', () => {
    const list = parseLfwPairs(text, 'pairs.txt')
    expect(list.images).toEqual([
      'Abel_Pacheco/Abel_Pacheco_0001.jpg',
      'Abel_Pacheco/Abel_Pacheco_0004.jpg',
      'Abdel_Madi_Shabneh/Abdel_Madi_Shabneh_0001.jpg',
      'Dean_Barker/Dean_Barker_0012.jpg',
      'Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg',
      'Akhmed_Zakayev/Akhmed_Zakayev_0003.jpg',
    ])
    expect([...list.pairs.first]).toEqual([0, 2, 4, 1])
    expect([...list.pairs.second]).toEqual([1, 3, 5, 4])
    expect([...list.pairs.same]).toEqual([1, 0, 1, 0])
    expect([...(list.folds ?? [])]).toEqual([0, 0, 1, 1])
  })

  test('pairsDevTest.txt, with one number, and a list without numbers have no folds', () => {
    expect(parseLfwPairs('1\nA\t1\t2\nA\t1\tB\t1', 'p').folds).toBeUndefined()
    expect(parseLfwPairs('A 1 2\r\nA 1 B 1\r\nA 2 B 1', 'p')).toMatchObject({
      pairs: { same: Uint8Array.of(1, 0, 0) },
    })
  })

  test.each([
    [
      '2\t1\nA\t1\t2\nA\t1\tB\t1',
      'pairs.txt: the first line promises 4 pairs, 2 follow; copy the list again',
    ],
    ['1\t2\nA\t1\t2\nA\t1\tB\t1', 'pairs.txt:3: a pair of two people is out of its place'],
    ['A\t1\t2\nA B', "pairs.txt:2: 'A B' is no pair; write 'name n1 n2' or 'name1 n1 name2 n2'"],
    ['../x 1 2', "pairs.txt:1: the path '../x/../x_0001.jpg' leaves the image folder"],
  ])('%j is refused', (broken, message) => {
    expect(() => parseLfwPairs(broken, 'pairs.txt')).toThrow(message)
  })
})

describe("SLLFW's pair_SLLFW.txt", () => {
  /** 10 folds of `half` same and `half` different pairs, as the authors publish 300 and 300. */
  const lines = (half: number) =>
    Array.from({ length: 10 }, (_, fold) => [
      ...Array.from({ length: half }, (_, i) => [
        `P${fold}/P${fold}_000${i}.jpg`,
        `P${fold}/P${fold}_0009.jpg`,
      ]),
      ...Array.from({ length: half }, (_, i) => [
        `P${fold}/P${fold}_000${i}.jpg`,
        `Q${fold}/Q${fold}_0001.jpg`,
      ]),
    ]).flat(2)

  test('two lines a pair, ten consecutive folds', () => {
    const list = parseSllfwPairs(lines(3).join('\n'), 'list')
    expect(list.pairs.same.length).toBe(60)
    expect([...list.pairs.same.subarray(0, 12)]).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    expect([...(list.folds ?? [])]).toEqual(Array.from({ length: 60 }, (_, i) => Math.floor(i / 6)))
    expect(list.images.length).toBe(10 * 5)
  })

  test('a line missing, a line that is no image, a path that climbs out', () => {
    expect(() => parseSllfwPairs(lines(3).slice(1).join('\n'), 'list')).toThrow(
      'list: 119 images are listed, pairs need an even number; copy the list again',
    )
    expect(() => parseSllfwPairs('A/A_0001.jpg\nhello', 'list')).toThrow("list:2: 'hello' is no image")
    expect(() => parseSllfwPairs('../x.jpg\n../y.jpg', 'list')).toThrow("'../x.jpg' leaves the image folder")
  })
})

describe('DoppelVer', () => {
  const header = 'ID,INDIVIDUAL_1,IMAGE_1,INDIVIDUAL_2,IMAGE_2,LABEL,SPLIT'

  test('its own folds, of unequal size', () => {
    const text = [
      header,
      '0,ann,1.jpg,ann,2.jpg,1,0',
      '1,ann,1.jpg,bea,1.jpg,0,0',
      '2,bea,1.jpg,cy,1.jpg,0,9',
    ]
    const list = parseDoppelVer(text.join('\r\n'), 'doppelver.csv')
    expect(list.images).toEqual(['ann/1.jpg', 'ann/2.jpg', 'bea/1.jpg', 'cy/1.jpg'])
    expect([...list.pairs.same]).toEqual([1, 0, 0])
    expect([...(list.folds ?? [])]).toEqual([0, 0, 1])
  })

  test.each([
    [
      `${header}\n0,ann,1.jpg,bea,2.jpg,1,0`,
      "d.csv, row 1: the label is 1, but the individuals are 'ann' and 'bea'",
    ],
    [`${header}\n0,ann,1.jpg,ann,2.jpg,1,x`, "d.csv, row 1: 'x' is no fold"],
    [`${header}\n0,..,1.jpg,..,2.jpg,1,0`, "d.csv, row 1: the path '../1.jpg' leaves the image folder"],
    [`${header.replace(',SPLIT', '')}\n0,ann,1.jpg,ann,2.jpg,1`, "d.csv: the column 'SPLIT' is missing"],
  ])('%j is refused', (broken, message) => {
    expect(() => parseDoppelVer(broken, 'd.csv')).toThrow(message)
  })
})

describe('plain CSV', () => {
  test('a byte order mark, CRLF, quotes and other names of the columns', () => {
    const text =
      '\ufeff"Path 1";path_2;Label;Fold\r\n"a;b.jpg";"say ""hi"".jpg";True;3\r\n"a;b.jpg";c.jpg;different;1\r\n'
    const list = parseCsvPairs(text, 'x.csv')
    expect(list.images).toEqual(['a;b.jpg', 'say "hi".jpg', 'c.jpg'])
    expect([...list.pairs.same]).toEqual([1, 0])
    expect([...(list.folds ?? [])]).toEqual([1, 0])
  })

  test('without folds', () => {
    expect(parseCsvPairs('image_1,image_2,same\na,b,1', 'x.csv').folds).toBeUndefined()
  })

  test.each([
    [
      'image_1,image_2\na,b',
      "x.csv: the column 'same' is missing; the columns are 'image_1', 'image_2'; add it",
    ],
    ['image_1,image_2,same\na,b,2', "x.csv, row 1: '2' is no label; write one of '1'"],
    ['image_1,image_2,same\na,b,1\na,b', 'x.csv, row 2: the row has 2 cells, the header 3; mend that row'],
    ['image_1,image_2,same\na,"b,1\n', 'the quotes are broken'],
    ['image_1,image_2,same\n', 'x.csv: the list holds no pairs'],
    ['image_1,image_2,same\n/etc/passwd,b,1', "x.csv, row 1: the path '/etc/passwd' leaves the image folder"],
    ['image_1,image_2,same\nC:\\a.jpg,b,1', 'leaves the image folder'],
    ['image_1,image_2,same\na/../../b,b,1', 'leaves the image folder'],
    ['image_1,image_2,same\n,b,1', 'x.csv, row 1: an image has no path'],
  ])('%j is refused', (broken, message) => {
    expect(() => parseCsvPairs(broken, 'x.csv')).toThrow(message)
  })
})

test('a path of a list, once made safe, stays below the folder', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b.jpg', '/', '\\', '..\\', 'C:')
  fc.assert(
    fc.property(fc.array(part), fc.constantFrom('/', '\\'), (parts, separator) => {
      let path: string
      try {
        path = safeListPath(parts.join(separator), () => 'list')
      } catch {
        return
      }
      expect(posix.resolve('/folder', path).startsWith('/folder/')).toBe(true)
      expect(win32.resolve('D:\\folder', path).startsWith('D:\\folder\\')).toBe(true)
    }),
  )
})

test('images two by two: the number of labels has to match', () => {
  expect(consecutivePairs(4, Uint8Array.of(1, 0), 'x')).toEqual({
    first: Uint32Array.of(0, 2),
    second: Uint32Array.of(1, 3),
    same: Uint8Array.of(1, 0),
  })
  expect(() => consecutivePairs(5, Uint8Array.of(1, 0), 'lfw.bin')).toThrow(
    'lfw.bin: 2 labels need 4 images, 5 are there; copy the images and the labels again',
  )
})
