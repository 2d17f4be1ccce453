import { parseCsvTable, parseFold, rowPlace, sameColumn } from './csv-table.js'
import { type PairList, PairListBuilder } from './pair-list.js'
import { listFormat } from './test-set-format.js'

/** The names under which each column is understood, the one to use first; case and punctuation don't matter. */
export const CSV_COLUMNS = {
  first: ['image_1', 'img_1', 'path_1', 'file_1', 'filename_1', 'first'],
  second: ['image_2', 'img_2', 'path_2', 'file_2', 'filename_2', 'second'],
  same: ['same', 'is_same', 'label', 'match', 'actual_issame'],
  fold: ['fold', 'split'],
} as const

/**
 * Parses a plain list of pairs: the columns `image_1`, `image_2` (paths below the image folder), `same`
 * (1/0, true/false, same/different, yes/no) and, where the data have folds, `fold` (whole numbers). Further
 * columns are ignored.
 * @throws InputError that names the row or the missing column
 */
export function parseCsvPairs(text: string, where: string): PairList {
  const table = parseCsvTable(text, where)
  const first = table.require(...CSV_COLUMNS.first)
  const second = table.require(...CSV_COLUMNS.second)
  const same = sameColumn(table, table.require(...CSV_COLUMNS.same), where)
  const fold = table.find(...CSV_COLUMNS.fold)
  const builder = new PairListBuilder()
  for (let row = 0; row < table.rowCount; row++) {
    const place = () => rowPlace(where, row)
    builder.add(
      table.cell(row, first).trim(),
      table.cell(row, second).trim(),
      same[row] === 1,
      fold < 0 ? undefined : parseFold(table.cell(row, fold), place),
      place,
    )
  }
  return builder.build(where)
}

export const csvPairs = listFormat({
  id: 'csv-pairs',
  hint: 'another CSV of pairs',
  endings: ['csv', 'tsv', 'txt'],
  recognise: ({ lines: [first = ''] }) => /[,;\t|]/.test(first),
  parse: parseCsvPairs,
})
