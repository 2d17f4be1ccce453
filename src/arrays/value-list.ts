import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import { CellRows } from './cell-rows.js'
import { foreignFile } from './foreign-files.js'
import { decodeNpy, type NpyArray } from './npy.js'
import { isNpy } from './npy-header.js'
import { isNpz } from './npz.js'
import { readNpzArray, splitArrayName } from './npz-array.js'
import { numberOf } from './number-columns.js'
import { readHead, readWholeBytes, readWholeText } from './open-rows.js'
import type { Log } from './row-file.js'
import { readTextTable } from './text-table.js'

/** One value an item, as a file writes them: numbers of an array (true is 1), or words. */
export type Values = ArrayLike<number | string>

export interface ListOptions {
  /** names of the column to take where there are several; case and punctuation don't matter */
  readonly names: readonly string[]
  /** whether a word is a value rather than a column's name */
  readonly isValue: (word: string) => boolean
  /** how many there should be, where it is known: it tells a header of a number from a value */
  readonly expected?: number
  readonly log?: Log
}

/**
 * Reads a list of values, such as labels: a `.npy` or `.npz` of whole numbers, booleans or floats of one dimension (or
 * one column or row), or text, one a line or separated by anything, with or without names of columns.
 * @throws InputError where it is something else, or it isn't clear which column is meant
 */
export async function readValues(path: string, options: ListOptions): Promise<Values> {
  const { file, array } = await splitArrayName(path)
  const head = await readHead(file)
  if (isNpy(head)) return listOf(decodeNpy(await readWholeBytes(file), file, true), file)
  if (isNpz(head)) return listOf(await readNpzArray(file, array), path)
  const foreign = foreignFile(head, file)
  if (foreign !== undefined) throw new InputError(foreign.what, file, foreign.remedy)
  return parseValues(await readWholeText(file), file, options)
}

function listOf({ data, shape, type }: NpyArray, where: string): Values {
  if (shape.filter((n) => n !== 1).length > 1) {
    throw new InputError(
      `one value an item was expected, the shape is (${shape.join(', ')})`,
      where,
      'save one dimension: labels.reshape(-1)',
    )
  }
  return type === '<i8' || type === '<u8'
    ? Float64Array.from(data as ArrayLike<bigint>, Number)
    : (data as Values)
}

/** As text each takes some 50 bytes while it is read. */
const MOST_VALUES = 2 ** 22

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const isWanted = (name: string, names: readonly string[]): boolean =>
  names.some((wanted) => plain(wanted) === plain(name))

/** Parses a list of values from text. @throws InputError */
export function parseValues(text: string, where: string, options: ListOptions): readonly string[] {
  const { names, isValue, expected, log = () => {} } = options
  const rows = new CellRows()
  readTextTable(text, where).each((cells) => {
    rows.add(cells.at(-1) === '' ? cells.slice(0, -1) : cells)
    if (rows.cellCount > MOST_VALUES)
      throw new InputError(`a list of more than ${MOST_VALUES} values`, where, 'save it as .npy')
  })
  if (rows.length === 1) return rows.cells
  const first = rows.row(0)
  const isHeader = rows.length !== expected && (!first.every(isValue) || isNameOver(first, rows, names))
  const header = isHeader ? first : undefined
  const width = rows.length === 0 ? 0 : rows.widthOf(rows.length - 1)
  if (width === 1 && rows.every((row) => rows.widthOf(row) === 1)) {
    const values = rows.cells
    if (header !== undefined && isName(first[0])) return values.slice(1)
    // pandas calls the column of a series without a name 0.
    if (values[0] === '0' && expected !== undefined && values.length === expected + 1) {
      log(
        `${where}: the first line, 0, is taken for the name of the column: there is one line more than items`,
      )
      return values.slice(1)
    }
    return values
  }
  const from = header === undefined ? 0 : 1
  const column = columnOf(header, rows, from, names)
  if (column !== undefined) return rows.column(column, from).map((cell) => cell ?? '')
  if (header === undefined && rows.cells.every(isValue)) return rows.cells
  const held =
    header === undefined ? `${width} columns` : `the columns ${header.map((name) => `'${name}'`).join(', ')}`
  throw new InputError(
    `which column is meant? It has ${printable(held, 120)}`,
    where,
    `name the column '${names[0]}', or write one value a line`,
  )
}

/** Whether a word that may be a value too (`same`) names a column: what stands below is written otherwise. */
function isNameOver(first: readonly string[], rows: CellRows, names: readonly string[]): boolean {
  const isOther = (cell = '') => !Number.isNaN(numberOf(cell)) || /^(true|false)$/i.test(cell)
  return (
    first.some((cell) => isWanted(cell, names)) &&
    rows.every((row) => isOther(rows.cell(row, rows.widthOf(row) - 1)), 1)
  )
}

/** A name rather than a broken value. */
function isName(cell: string): boolean {
  return cell === '' || (/^["']?\p{L}/u.test(cell) && Number.isNaN(numberOf(cell)))
}

/** The column by its name, or the one beside row numbers. */
function columnOf(
  header: readonly string[] | undefined,
  rows: CellRows,
  from: number,
  names: readonly string[],
): number | undefined {
  const width = rows.length > from ? rows.widthOf(from) : 0
  const shift = header !== undefined && header.length === width - 1 ? 1 : 0
  const named = header?.findIndex((name) => isWanted(name, names)) ?? -1
  if (named >= 0) return named + shift
  const isIndex =
    (header?.length === width - 1 || !header?.[0] || /^(unnamed: ?0|index|id|pair)$/i.test(header[0])) &&
    rows.length - from > 2
  const start = numberOf(rows.cell(from, 0) ?? '')
  const counts = rows.every((row) => numberOf(rows.cell(row, 0) ?? '') === start + row - from, from)
  return width === 2 && isIndex && counts ? 1 : undefined
}
