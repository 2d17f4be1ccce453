import { InputError } from '../errors.js'
import { printable } from '../printable.js'

/** Cells that stand for no number. */
const MISSING = new Set([
  '',
  'nan',
  '-nan',
  'na',
  'n/a',
  'null',
  'none',
  'inf',
  '-inf',
  '+inf',
  'infinity',
  '-infinity',
])
/** Column names that say that a column is no feature. */
const NO_FEATURE =
  /^(unnamed: ?\d+(\.\d+)?|level_\d+|index|id|idx|row|row_?names?|image(_?(id|name|path))?|img|file(_?(name|path))?|path|name|key|label|identity(_?id)?|class|target|subject|person)$/i

/** Whether a column of whole numbers of this name is an index: pandas and R give it none, or one of these. */
export const isIndexName = (name: string): boolean => /^(|unnamed: ?\d+(\.\d+)?|level_\d+|index)$/i.test(name)

/** Columns that are named where they are left out. */
const MOST_NOTES = 5

/** Which columns of a table are numbers to be taken, found in its first rows. */
export interface NumberColumns {
  /** whether the first row names the columns */
  readonly hasHeader: boolean
  /** whether each row has one cell more than the header, as R writes row names */
  readonly width: number
  readonly taken: readonly number[]
  /** what is left out and why, for people */
  readonly notes: readonly string[]
}

/** The number of a cell, NaN where it holds none. */
export function numberOf(cell: string): number {
  return cell === '' || cell.length > 64 ? Number.NaN : Number(cell)
}

const isNumber = (cell: string): boolean => !Number.isNaN(numberOf(cell))
/** Whether a cell is neither a number nor stands for a missing one. */
export const isText = (cell: string): boolean => !isNumber(cell) && !MISSING.has(cell.toLowerCase())
const isWhole = (cell: string): boolean => Number.isInteger(numberOf(cell))
const isInteger = (cell: string): boolean => /^\d{1,9}$/.test(cell)

/** Whether cells count up by one. */
function countsUp(cells: readonly string[]): boolean {
  const first = numberOf(cells[0] ?? '')
  return Number.isInteger(first) && cells.every((cell, i) => numberOf(cell) === first + i)
}

/** Whether the first row names the columns, rather than being a row of numbers. @throws InputError where it may be either */
function isHeader([first, second, ...more]: readonly (readonly string[])[], where: string): boolean {
  if (second === undefined) return false
  const below = [second, ...more]
  const shift = second.length - first.length
  const names = first.filter((cell, i) => isText(cell) && !below.every((row) => isText(row[i + shift] ?? '')))
  // A name over numbers; a broken number among others stands among fractions.
  if (names.length > 0) return first.every((cell) => isText(cell) || cell === '' || isInteger(cell))
  // pandas counts its columns from 0, others from 1. Numbers below are written otherwise.
  const counted = first.filter(isInteger)
  const isCounted =
    counted.length > 0 &&
    first.every((cell, i) => isInteger(cell) || (i === 0 && (cell === '' || isText(cell)))) &&
    countsUp(counted) &&
    numberOf(counted[0]) <= 1
  if (!isCounted) return false
  if (below.every((row) => row.some((cell) => isNumber(cell) && !isInteger(cell)))) return true
  if (counted.length < 3) return false
  throw new InputError(
    `the first row counts from ${counted[0]} to ${counted[counted.length - 1]}: names of columns or numbers?`,
    where,
    'remove the names, or save the numbers as .npy',
  )
}

/** Names that are one prefix and consecutive numbers: `0 1 2`, `f0 f1 f2`, `V1 V2 V3`. The longest such run. */
function series(names: readonly string[]): readonly [from: number, to: number] {
  let best: readonly [number, number] = [0, 0]
  let from = 0
  const parts = names.map((name) => /^(.{0,60}?)(\d{1,9})$/.exec(name))
  for (let i = 1; i <= names.length; i++) {
    const [before, here] = [parts[i - 1], parts[i]]
    const goesOn = before && here && before[1] === here[1] && Number(here[2]) === Number(before[2]) + 1
    if (goesOn) continue
    if (i - from > best[1] - best[0]) best = [from, i]
    from = i
  }
  return best
}

/**
 * Finds the columns of numbers among what pandas, R and others write beside them: row numbers, names of files, labels,
 * columns that are empty. A column is left out only where its name or its content shows that it is no feature, and
 * `notes` says so.
 *
 * @param rows the first rows of the table, cells without white space around
 * @throws InputError where two readings are possible, or there are no numbers
 */
export function findNumberColumns(rows: readonly (readonly string[])[], where: string): NumberColumns {
  const hasHeader = rows.length > 0 && isHeader(rows, where)
  const body = hasHeader ? rows.slice(1) : rows
  if (body.length === 0) {
    throw new InputError('there is no feature', where, 'write one row of numbers an image')
  }
  const width = body[0].length
  const names = hasHeader ? (rows[0].length === width - 1 ? ['', ...rows[0]] : rows[0]) : undefined
  if (names !== undefined && names.length !== width) {
    const remedy = 'give each column a name, or none a name'
    throw new InputError(`${width} cells below a header of ${names.length}`, `${where}: row 1`, remedy)
  }
  requireDecimalPoints(body, where)
  requireDense(body, where)
  const table = new ColumnTable(body, names, where)
  const reasons = Array.from({ length: width }, (_, column) => table.reasonAgainst(column))
  const taken = reasons.flatMap((reason, column) => (reason === undefined ? [column] : []))
  if (taken.length === 0) {
    throw new InputError('no column holds numbers', where, 'write one row of numbers an image')
  }
  const leftOut = reasons.flatMap((reason, column) =>
    reason === undefined ? [] : [`${where}: ${table.title(column)} is left out: ${reason}`],
  )
  const more = leftOut.length - MOST_NOTES
  const notes =
    more > 1 ? [...leftOut.slice(0, MOST_NOTES), `${where}: so are ${more} more columns`] : leftOut
  return { hasHeader, width, taken, notes }
}

/** Spreadsheets of half the world write 0,5: no number here, and with commas between cells none anywhere. */
function requireDecimalPoints(rows: readonly (readonly string[])[], where: string): void {
  const cell = rows
    .slice(0, 3)
    .flat()
    .find((text) => /^[+-]?\d{1,9},\d{1,30}(e[+-]?\d{1,3})?$/i.test(text))
  if (cell === undefined) return
  throw new InputError(
    `'${printable(cell, 40)}' has a decimal comma`,
    where,
    "write decimal points: sed 's/,/./g' FILE > NEW.csv",
  )
}

/** `label index:value index:value ..`: what isn't written is 0. */
function requireDense(rows: readonly (readonly string[])[], where: string): void {
  const isPair = (cell: string): boolean => /^\d{1,9}:[-+.\deE]{1,30}$/.test(cell)
  const written = rows.slice(0, 3).every((row) => row.slice(1).every((cell) => cell === '' || isPair(cell)))
  if (!written || !rows[0].some(isPair)) return
  throw new InputError(
    'numbers in the form of libsvm (index:value)',
    where,
    "write all numbers of a row: numpy.save('features.npy', sklearn.datasets.load_svmlight_file(FILE)[0].toarray())",
  )
}

class ColumnTable {
  /** the columns that their names show to be the features; none where the names say nothing */
  readonly #series: readonly [from: number, to: number] | undefined
  readonly #columns: number

  constructor(
    private readonly body: readonly (readonly string[])[],
    private readonly names: readonly string[] | undefined,
    private readonly where: string,
  ) {
    this.#columns = body[0].length
    const [from, to] = series(names ?? [])
    const others = this.#columns - (to - from)
    this.#series = to - from >= 4 && to - from >= 3 * others ? [from, to] : undefined
  }

  title(column: number): string {
    const name = this.names?.[column] ?? ''
    return name === '' ? `column ${column + 1}, which has no name,` : `the column '${printable(name, 40)}'`
  }

  /** Why a column is no feature; undefined where it is one. @throws InputError where that can't be told */
  reasonAgainst(column: number): string | undefined {
    const cells = this.body.map((row) => row[column] ?? '')
    if (this.#columns === 1) return undefined
    if (column === this.#columns - 1 && cells.every((cell) => cell === '')) return 'it is empty'
    if (cells.every(isText)) return `it holds text ('${printable(cells[0], 24)}')`
    const name = this.names?.[column]
    if (name !== undefined) {
      if (name === '') return this.#nameless(column, cells)
      if (NO_FEATURE.test(name)) return 'its name says that it is no feature'
      if (this.#series !== undefined && (column < this.#series[0] || column >= this.#series[1])) {
        return `the features are '${printable(this.names?.[this.#series[0]] ?? '', 40)}' to '${printable(this.names?.[this.#series[1] - 1] ?? '', 40)}'`
      }
    }
    return column === 0 ? this.#rowNumbers(cells) : undefined
  }

  #nameless(column: number, cells: readonly string[]): string {
    if (column === 0 && cells.every(isWhole)) return 'an index, as pandas and R write it'
    throw new InputError(
      `column ${column + 1} has no name and holds '${printable(cells[0], 24)}': feature or index?`,
      this.where,
      'name it, or write the table without it (pandas: to_csv(index=False))',
    )
  }

  /** The first column may number the rows without saying so. */
  #rowNumbers(cells: readonly string[]): string | undefined {
    const first = numberOf(cells[0])
    if (cells.length < 3 || !countsUp(cells) || !(first === 0 || first === 1 || cells.length >= 10))
      return undefined
    const last = cells.length - 1
    if (this.body.some((row) => row.some((cell, column) => column > 0 && !isWhole(cell)))) {
      return `it numbers the rows (${cells[0]}, ${cells[1]}, ${cells[2]} ..)`
    }
    throw new InputError(
      `the first column counts from ${printable(cells[0], 40)} to ${printable(cells[last], 40)}: row numbers or a feature?`,
      this.where,
      'write the table without row numbers, or the features as .npy',
    )
  }
}
