import type Papa from 'papaparse'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { pairLabels } from './pair-labels.js'

const papa = onDemand<typeof Papa>('papaparse')

/** A column's name as it is compared: lower case, letters and digits only, so that `Image_1` is `image1`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** A CSV file with a header, its cells found by column. */
export interface CsvTable {
  /** column names as the file writes them */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
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
  const { data, errors } = papa().parse<string[]>(text.replace(/^\ufeff/, ''), { skipEmptyLines: 'greedy' })
  const broken = errors.find((error) => error.type === 'Quotes')
  if (broken !== undefined) {
    throw new InputError(
      `the quotes are broken (${broken.message})`,
      rowPlace(where, (broken.row ?? 1) - 1),
      'mend that row',
    )
  }
  const [header = [], ...rows] = data
  const columns = header.map((name) => name.trim())
  const uneven = rows.findIndex((row) => row.length !== columns.length)
  if (uneven >= 0) {
    throw new InputError(
      `the row has ${rows[uneven].length} cells, the header ${columns.length}`,
      rowPlace(where, uneven),
      'mend that row',
    )
  }
  const names = columns.map(plain)
  const find = (...wanted: readonly string[]) => names.findIndex((name) => wanted.map(plain).includes(name))
  return {
    columns,
    rows,
    find,
    require(...wanted) {
      const found = find(...wanted)
      if (found < 0) {
        throw new InputError(
          `the column '${wanted[0]}' is missing; the columns are ${columns.map((name) => `'${name}'`).join(', ')}`,
          where,
          `add it${wanted.length > 1 ? ` (also understood: ${wanted.slice(1).join(', ')})` : ''}`,
        )
      }
      return found
    },
  }
}

/** What messages call a row; `index` counts from 0 below the header. */
export function rowPlace(where: string, index: number): string {
  return `${where}, row ${index + 1}`
}

/** The labels of a column, one a row. @throws InputError where one is none */
export function sameColumn({ rows }: CsvTable, column: number, where: string): Uint8Array {
  return pairLabels(
    rows.map((row) => row[column]),
    where,
    (row) => rowPlace(where, row),
  )
}

/** The number of a fold. @throws InputError where the cell is none */
export function parseFold(cell: string, where: string): number {
  if (/^\d{1,5}$/.test(cell.trim())) return Number(cell)
  throw new InputError(`'${cell}' is no fold`, where, 'write a whole number from 0 to 99999')
}
