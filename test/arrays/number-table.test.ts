import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFeatures } from '../../src/features/feature-file.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const ROWS = 30
const features = new Float32Array(ROWS * 16)
new RandomStream(1, 'features').fillNormal(features)

/** The features as cells, as Python writes float32 numbers. */
const numbers = (): string[][] =>
  Array.from({ length: ROWS }, (_, row) => Array.from(features.subarray(row * 16, row * 16 + 16), String))
const counted = Array.from({ length: 16 }, (_, i) => String(i))
const titles = counted.map((i) => `"V${Number(i) + 1}"`)
const text = (rows: readonly (readonly string[])[], separator = ',') =>
  rows.map((row) => row.join(separator)).join('\n')

async function read(content: string | Buffer) {
  const path = join(folder, 'table.csv')
  writeFileSync(path, content)
  const notes: string[] = []
  return { ...(await readFeatures(path, (note) => notes.push(note))), notes }
}

describe('a table gives the features and nothing beside them', () => {
  test.each<[string, () => string]>([
    [
      "R's write.csv, quoted row numbers",
      () => text([['""', ...titles], ...numbers().map((row, i) => [`"${i + 1}"`, ...row])]),
    ],
    [
      "R's write.csv, file names as row names",
      () => text([['""', ...titles], ...numbers().map((row, i) => [`"a ${i}.jpg"`, ...row])]),
    ],
    [
      "R's write.table, one name less than cells",
      () => text([titles, ...numbers().map((row, i) => [`"${i + 1}"`, ...row])], ' '),
    ],
    ["MATLAB's writematrix", () => text(numbers())],
    ['an index and no header', () => text(numbers().map((row, i) => [String(i), ...row]))],
    ['a header of numbers and no index', () => text([counted, ...numbers()])],
    [
      "an index saved twice ('Unnamed: 0')",
      () =>
        text([['', 'Unnamed: 0', ...counted], ...numbers().map((row, i) => [String(i), String(i), ...row])]),
    ],
    [
      'labels and scores beside the features',
      () =>
        text([
          ['label', 'score', ...titles],
          ...numbers().map((row, i) => [String(i % 7), `0.${i + 1}`, ...row]),
        ]),
    ],
    [
      'numpy.savetxt with a header, separated by spaces',
      () =>
        `# features\n${text(
          numbers().map((row) => row.map((cell) => Number(cell).toExponential(18))),
          ' ',
        )}`,
    ],
    ["semicolons with decimal points, and Excel's sep=", () => `sep=;\r\n${text(numbers(), ';')}`],
    ['a comma at the end of each line', () => text(numbers().map((row) => [...row, '']))],
    [
      'tabs, a byte order mark and CRLF',
      () => `\ufeff${text([titles, ...numbers()], '\t').replaceAll('\n', '\r\n')}\r\n`,
    ],
  ])('%s', async (_, make) => {
    const { rows, columns, data } = await read(make())
    expect([rows, columns]).toEqual([ROWS, 16])
    expect(data).toEqual(features)
  })

  test('UTF-16, as Windows writes text', async () => {
    expect((await read(Buffer.from(`\ufeff${text(numbers(), '\t')}`, 'utf16le'))).data).toEqual(features)
  })

  test('what is left out is said, with its reason', async () => {
    const rows = numbers().map((row, i) => [String(i), `img${i}.jpg`, '7', ...row, ''])
    const { data, notes } = await read(text([['', 'path', 'fold', ...counted, 'note'], ...rows]))
    expect(data).toEqual(features)
    expect(notes.map((note) => note.replace(/^.*table\.csv: /, ''))).toEqual([
      'column 1, which has no name, is left out: an index, as pandas and R write it',
      "the column 'path' is left out: it holds text ('img0.jpg')",
      "the column 'fold' is left out: the features are '0' to '15'",
      "the column 'note' is left out: it is empty",
    ])
  })

  test('columns with names that say nothing are all features', async () => {
    const { columns, notes } = await read('a,b,c\n0.5,1,2\n1.5,2,7\n')
    expect([columns, notes]).toEqual([3, []])
  })

  test('whole numbers are features where they do not count the rows', async () => {
    expect((await read('3,1\n4,1\n5,9\n2,6\n')).data).toEqual(Float32Array.of(3, 1, 4, 1, 5, 9, 2, 6))
  })

  test('many rows: the table grows, a row that is broken far down is named', async () => {
    const many = Array.from({ length: 9000 }, (_, i) => `${i / 7},${i * 1.5}`)
    const { rows, data } = await read(many.join('\n'))
    expect([rows, data[2 * 8999 + 1]]).toEqual([9000, 8999 * 1.5])
    many[7000] = '1,x'
    await expect(read(many.join('\n'))).rejects.toThrow("row 7001: 'x' is not a number")
  })
})

describe('refused with one message, of at most 300 printable characters beside the path', () => {
  test.each<[string, () => string, RegExp]>([
    [
      "decimal commas (Excel, R's write.csv2)",
      () =>
        text(
          numbers().map((row) => row.map((cell) => cell.replace('.', ','))),
          ';',
        ),
      /'-?\d,\d+' has a decimal comma; write decimal points/,
    ],
    [
      'NaN in the first row',
      () => text([['nan', ...numbers()[0].slice(1)], ...numbers().slice(1)]),
      /row 1: 'nan' is not a number/,
    ],
    [
      'an empty cell in the first row, below names',
      () => text([titles, ['', ...numbers()[0].slice(1)], ...numbers().slice(1)]),
      /row 1: '' is not a number/,
    ],
    [
      'a broken number in the first row',
      () => text([['0.1x', ...numbers()[0].slice(1)], ...numbers().slice(1)]),
      /row 1: '0\.1x' is not a number/,
    ],
    [
      'whole numbers beside what may be row numbers',
      () => text(numbers().map((_, i) => [String(i), '3', '5'])),
      /row numbers or a feature\?/,
    ],
    [
      'a column without a name that holds fractions',
      () => text([['', ...titles.slice(1)], ...numbers()]),
      /column 1 has no name and holds .* feature or index\?/,
    ],
    [
      'a row of another width',
      () => text([...numbers().slice(0, 5), ['1', '2']]),
      /row 6: 2 numbers, the first row has 16/,
    ],
    [
      'one very long line that is no number',
      () => `${'x'.repeat(100_000)}\n${'y'.repeat(100_000)}`,
      /no column holds numbers|is not a number/,
    ],
    [
      'whole numbers below what may be names',
      () => '0,1,2\n4,1,7\n3,3,9\n',
      /the first row counts from 0 to 2: names of columns or numbers\?/,
    ],
    ['JSON', () => '[[0.1, 0.2], [0.3, 0.4]]', /this is JSON; save it as \.npy/],
    ['JSON of labels', () => '[true, false]', /this is JSON; save it as \.npy/],
    ['a web page', () => '<!DOCTYPE html><html>', /this is a web page/],
    [
      'a Git LFS pointer',
      () => 'version https://git-lfs.github.com/spec/v1\noid sha256:00',
      /Git LFS pointer.*git lfs pull/,
    ],
    ['an empty file', () => '', /the file is empty/],
    ['names only', () => 'a,b\nc,d\n', /no column holds numbers/],
    ['control characters', () => '0.5,1\n\u001b[31mred,2\n', /'\\x1b\[31mred' is not a number/],
  ])('%s', async (_, make, message) => {
    const error = await read(make()).then(
      () => new Error('nothing was refused'),
      (reason) => reason as Error,
    )
    expect(error.message).toMatch(message)
    expect(error.message.length - folder.length).toBeLessThan(300)
    expect(error.message).toMatch(/^[\x20-\x7e…]+$/)
  })

  test('decimal commas, and the remedy works', async () => {
    const path = join(folder, 'table.csv')
    const commas = numbers().map((row) => row.map((cell) => cell.replace('.', ',')))
    const { message } = (await read(text([titles, ...commas], ';')).catch((error) => error)) as Error
    const remedy = /sed .*$/.exec(message)?.[0] ?? ''
    execFileSync('sh', ['-c', remedy.replace('FILE', path).replace('NEW.csv', `${path}.new`)])
    expect((await read(readFileSync(`${path}.new`))).data).toEqual(features)
  })
})

describe("what isn't a table of numbers", () => {
  test.each([' ', ','])(
    'sparse rows of libsvm (between cells: %j) are refused by name',
    async (separator) => {
      const rows = [0, 1, 2].map((row) => [
        String(row % 2),
        ...counted.map((i) => `${Number(i) + 1}:0.${row}${i}`),
      ])
      await expect(read(text(rows, separator))).rejects.toThrow(
        'table.csv: numbers in the form of libsvm (index:value); write all numbers of a row',
      )
    },
  )

  test('many columns of text are not told one by one', async () => {
    const rows = numbers().map((row) => [...Array.from({ length: 40 }, () => 'word'), ...row])
    const { notes } = await read(text(rows))
    expect(notes).toHaveLength(6)
    expect(notes[5]).toMatch(/table\.csv: so are 35 more columns$/)
  })
})
