import { InputError } from '../errors.js'
import { printable } from '../printable.js'
import type { Matrix } from './matrix.js'
import { findNumberColumns, numberOf } from './number-columns.js'
import { readTextTable } from './text-table.js'

/** Rows that show which columns hold the numbers. */
const SAMPLE_ROWS = 200
/** Numbers of a row: a feature has hundreds or thousands. */
const MOST_COLUMNS = 65_536

/**
 * The numbers of a table of text, one row an item, without what stands beside them (see {@link findNumberColumns}).
 * Memory: the text and 8 to 12 bytes a number.
 * @param log is told what is left out
 * @throws InputError where a cell is no finite number, or rows differ in width
 */
export function readNumberTable(
  text: string,
  where: string,
  log: (note: string) => void,
): Matrix<Float64Array> {
  const table = readTextTable(text, where)
  const sample = table.first(SAMPLE_ROWS, MOST_COLUMNS)
  const { hasHeader, width, taken, notes } = findNumberColumns(sample, where)
  for (const note of notes) log(note)
  let data = new Float64Array(taken.length * 16)
  let rows = 0
  table.each((cells, index) => {
    if (hasHeader && index === 0) return
    const place = `${where}: row ${rows + 1}`
    if (cells.length !== width) {
      throw new InputError(`${cells.length} numbers, the first row has ${width}`, place, 'mend the file')
    }
    if ((rows + 1) * taken.length > data.length) {
      const wider = new Float64Array(Math.ceil(data.length * 1.5) + taken.length)
      wider.set(data)
      data = wider
    }
    for (let i = 0; i < taken.length; i++) {
      const value = numberOf(cells[taken[i]])
      if (!Number.isFinite(value)) {
        const cell = cells[taken[i]]
        throw new InputError(
          `'${printable(cell, 40)}' is not a number${cell === '' ? '' : ' that can be computed with'} (column ${taken[i] + 1})`,
          place,
          'mend that row, or leave it out everywhere',
        )
      }
      data[rows * taken.length + i] = value
    }
    rows++
  })
  return { rows, columns: taken.length, data: data.subarray(0, rows * taken.length) }
}
