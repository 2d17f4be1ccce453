import { InputError } from '../errors.js'
import { eachRow } from './delimited-rows.js'
import { isWideText } from './foreign-files.js'

/** Text of this many bytes and more is no string of Node's. */
const LONGEST_TEXT = 2 ** 29 - 32
/** Cells of a row: what is longer is no table, and each step of reading holds a row three times. */
const MOST_CELLS = 2 ** 20
/** Lines that show how cells are separated. */
const SAMPLE_LINES = 20

/** Rows of cells of a text file, read once or again. */
export interface TextTable {
  /** the first rows, at most so many. @throws InputError where one has more cells than `most` */
  first(rows: number, most: number): string[][]
  /** hands over each row, in order. @throws InputError where quotes are broken */
  each(visit: (cells: string[], row: number) => void): void
}

/** UTF-8 or, where a byte order mark says so, UTF-16. @throws InputError where it is neither */
export function decodeText(bytes: Buffer, where: string): string {
  if (bytes.length > LONGEST_TEXT) {
    throw new InputError(`a table of ${bytes.length} bytes is too long as text`, where, 'save it as .npy')
  }
  const encoding = isWideText(bytes) ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new InputError(`the text is not ${encoding.toUpperCase()}`, where, 'save it as UTF-8', {
      cause: error,
    })
  }
}

/**
 * A table of text: cells separated by tabs, semicolons, bars, commas or, where there is none of these, spaces, as
 * numpy.savetxt, pandas, R, MATLAB and spreadsheets write them. Quotes, CRLF, empty lines, lines of comments (`#`) and
 * Excel's `sep=` are understood. Memory: the text.
 */
export function readTextTable(text: string, where: string): TextTable {
  const separator = /^sep=([,;\t|])\r?\n/.exec(text.slice(0, 8))
  const body = separator === null ? text : text.slice(separator[0].length)
  const found = separator?.[1] ?? separatorOf(body)
  const input = withoutBlankLines(found === ' ' ? spaced(body) : body)
  const parse = (visit: (cells: string[], row: number) => boolean): void => {
    let row = 0
    eachRow(input, { delimiter: found, comments: '#' }, (cells, broken) => {
      if (broken !== undefined) throw brokenQuotes(broken, where, row)
      if (cells.length > MOST_CELLS)
        throw new InputError(
          `a row of ${cells.length} cells`,
          `${where}: row ${row + 1}`,
          'write one row an item, or save it as .npy',
        )
      return visit(
        cells.map((cell) => cell.trim()),
        row++,
      )
    })
  }
  return {
    first(rows, most) {
      const cells: string[][] = []
      parse((row) => {
        if (row.length > most)
          throw new InputError(
            `a row of ${row.length} cells`,
            `${where}: row ${cells.length + 1}`,
            `write one row an item, of at most ${most}`,
          )
        return cells.push(row) < rows
      })
      return cells
    },
    each(visit) {
      parse((cells, row) => {
        visit(cells, row)
        return true
      })
    },
  }
}

function brokenQuotes(message: string, where: string, row: number): InputError {
  return new InputError(`the quotes are broken (${message})`, `${where}: row ${row + 1}`, 'mend that row')
}

/** The separator of the first lines: what stands outside quotes in all of them but perhaps the first. */
function separatorOf(text: string): string {
  const lines = text
    .slice(0, 2 ** 20)
    .split(/\r?\n|\r/, SAMPLE_LINES + 1)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.replaceAll(/"[^"]*"/g, ''))
  const body = lines.length > 1 ? lines.slice(1) : lines
  return ['\t', ';', '|', ','].find((mark) => body.some((line) => line.includes(mark))) ?? ' '
}

/** Blank, tab, line feed, carriage return. */
const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13

/** Millions of empty lines take the parser a minute and more memory than what stands between them. */
function withoutBlankLines(text: string): string {
  const kept: string[] = []
  let start = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    let end = at + 1
    while (isBlank(text.charCodeAt(end))) end++
    const last = text.lastIndexOf('\n', end - 1)
    if (last === at) continue
    kept.push(text.slice(start, at + 1))
    start = last + 1
    at = last
  }
  return kept.length === 0 ? text : `${kept.join('')}${text.slice(start)}`
}

/** Any run of blanks between cells becomes one space. */
function spaced(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | (?=\r?$)/gm, '')
}
