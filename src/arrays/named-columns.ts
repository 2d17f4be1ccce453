import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import { CellRows } from './cell-rows.js'
import { isIndexName, isText, numberOf } from './number-columns.js'
import type { Log } from './row-file.js'
import { readTextTable } from './text-table.js'

/**
 * The columns of a table of numbers by their names, of which the first line gives one to each. An index as pandas and R
 * write it and columns of text are left out, which `log` is told.
 * @throws InputError where names are missing or a cell is no finite number
 */
export function readNamedColumns(text: string, where: string, log: Log): Map<string, Float64Array> {
  const rows = new CellRows()
  readTextTable(text, where).each((cells) => rows.add(cells))
  const header = rows.row(0)
  const width = rows.length > 1 ? rows.widthOf(1) : header.length
  const names = header.length === width - 1 ? ['', ...header] : header
  if (names.every((name) => !Number.isNaN(numberOf(name)))) {
    throw new InputError('the first line names no columns', where, 'write a line of names, then numbers')
  }
  rows.every((row) => {
    if (rows.widthOf(row) === names.length) return true
    throw new InputError(
      `${rows.widthOf(row)} cells, the header has ${names.length}`,
      `${where}: row ${row}`,
      'mend that row',
    )
  }, 1)
  const columns = new Map<string, Float64Array>()
  for (const [column, name] of names.entries()) {
    const cells = rows.column(column, 1).map((cell) => cell ?? '')
    const isIndex = isIndexName(name) && cells.every((cell) => Number.isInteger(numberOf(cell)))
    if (isIndex || (cells.length > 0 && cells.every(isText))) {
      const title =
        name === '' ? `column ${column + 1}, which has no name,` : `the column '${printable(name, 40)}'`
      log(
        `${where}: ${title} is left out: ${isIndex ? 'an index, as pandas and R write it' : 'it holds text'}`,
      )
      continue
    }
    if (name === '' || columns.has(name)) {
      const what =
        name === '' ? `column ${column + 1} has no name` : `two columns are called '${printable(name, 40)}'`
      throw new InputError(what, where, 'give each column a name of its own')
    }
    columns.set(name, numbersOf(cells, `${where}, column '${printable(name, 40)}'`))
  }
  return columns
}

function numbersOf(cells: readonly string[], where: string): Float64Array {
  const values = Float64Array.from(cells, numberOf)
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return values
  throw new InputError(
    `'${printable(cells[wrong], 40)}' is not a number`,
    `${where}, row ${wrong + 1}`,
    'mend that row, or leave the column out',
  )
}
