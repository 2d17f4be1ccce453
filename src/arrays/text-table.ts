import type Papa from 'papaparse'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { isWideText } from './foreign-files.js'

const papa = onDemand<typeof Papa>('papaparse')

/** Text of this many bytes and more is no string of Node's. */
const LONGEST_TEXT = 2 ** 29 - 32
/** Lines that show how cells are separated. */
const SAMPLE_LINES = 20

/** Rows of cells of a text file, read once or again. */
export interface TextTable {
  /** the first rows, at most so many */
  first(rows: number): string[][]
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
  const input = found === ' ' ? spaced(body) : body
  const parse = (visit: (cells: string[], row: number) => boolean): void => {
    let row = 0
    papa().parse<string[]>(input, {
      delimiter: found,
      skipEmptyLines: 'greedy',
      comments: '#',
      step: ({ data, errors }, parser) => {
        const broken = errors.find(({ type }) => type === 'Quotes')
        if (broken !== undefined) throw brokenQuotes(broken.message, where, row)
        if (
          !visit(
            data.map((cell) => cell.trim()),
            row++,
          )
        )
          parser.abort()
      },
    })
  }
  return {
    first(rows) {
      const cells: string[][] = []
      parse((row) => cells.push(row) < rows)
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

/** Any run of blanks between cells becomes one space. */
function spaced(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | (?=\r?$)/gm, '')
}
