import { CellRows } from '../arrays/cell-rows.js'
import { eachRow } from '../arrays/delimited-rows.js'
import { InputError } from '../errors.js'
import { pairLabels } from './pair-labels.js'

/** A column's name as it is compared: lower case, letters and digits only, so that `Image_1` is `image1`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Columns that a table has at most: a header of millions is no header. */
const MOST_COLUMNS = 10_000
/** Columns that a message names. */
const NAMED = 20

/** A CSV file with a header, its cells found by column. */
export interface CsvTable {
  /** column names as the file writes them */
  readonly columns: readonly string[]
  readonly rowCount: number
  cell(row: number, column: number): string
  /** the index of the first column that has one of these names (case and punctuation aside), or -1 */
  find(...names: readonly string[]): number
  /** as `find`. @throws InputError that names the columns there are */
  require(...names: readonly string[]): number
}

/**
 * Parses CSV (separated by comma, semicolon, tab or bar; quotes, a byte order mark and CRLF are understood).
 * @throws InputError where quotes are broken or a row has another number of cells than the header
 */
export function parseCsvTable(text: string, where: string): CsvTable {
  let header: readonly string[] | undefined
  const rows = new CellRows()
  eachRow(text.replace(/^\ufeff/, ''), {}, (cells, broken) => {
    if (broken !== undefined) {
      const place = header === undefined ? where : rowPlace(where, rows.length)
      throw new InputError(`the quotes are broken (${broken})`, place, 'mend that row')
    }
    if (header === undefined) header = headerOf(cells, where)
    else if (cells.length === header.length) rows.add(cells)
    else
      throw new InputError(
        `the row has ${cells.length} cells, the header ${header.length}`,
        rowPlace(where, rows.length),
        'mend that row',
      )
    return true
  })
  const columns = header ?? []
  const names = columns.map(plain)
  const find = (...wanted: readonly string[]) => names.findIndex((name) => wanted.map(plain).includes(name))
  return {
    columns,
    rowCount: rows.length,
    cell: (row, column) => rows.cell(row, column) ?? '',
    find,
    require(...wanted) {
      const found = find(...wanted)
      if (found < 0) {
        throw new InputError(
          `the column '${wanted[0]}' is missing; the columns are ${named(columns)}`,
          where,
          `add it${wanted.length > 1 ? ` (also understood: ${wanted.slice(1).join(', ')})` : ''}`,
        )
      }
      return found
    },
  }
}

function headerOf(cells: readonly string[], where: string): string[] {
  if (cells.length <= MOST_COLUMNS) return cells.map((name) => name.trim())
  throw new InputError(`a table of ${cells.length} columns`, where, 'check that it is the file you mean')
}

function named(columns: readonly string[]): string {
  const names = columns.slice(0, NAMED).map((name) => `'${name}'`)
  return columns.length > NAMED ? `${names.join(', ')} and ${columns.length - NAMED} more` : names.join(', ')
}

/** What messages call a row; `index` counts from 0 below the header. */
export function rowPlace(where: string, index: number): string {
  return `${where}, row ${index + 1}`
}

/** The labels of a column, one a row. @throws InputError where one is none */
export function sameColumn({ rowCount, cell }: CsvTable, column: number, where: string): Uint8Array {
  return pairLabels(
    Array.from({ length: rowCount }, (_, row) => cell(row, column)),
    where,
    (row) => rowPlace(where, row),
  )
}

/** The number of a fold. @throws InputError where the cell is none */
export function parseFold(cell: string, where: () => string): number {
  if (/^\d{1,5}$/.test(cell.trim())) return Number(cell)
  throw new InputError(`'${cell}' is no fold`, where(), 'write a whole number from 0 to 99999')
}
