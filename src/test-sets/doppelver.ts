import { InputError } from '../errors.js'
import { parseCsvTable, parseFold, rowPlace, sameColumn } from './csv-table.js'
import { type PairList, PairListBuilder } from './pair-list.js'
import { listFormat } from './test-set-format.js'

/** The columns by which DoppelVer's list is known. */
export const DOPPELVER_COLUMNS = [
  'INDIVIDUAL_1',
  'IMAGE_1',
  'INDIVIDUAL_2',
  'IMAGE_2',
  'LABEL',
  'SPLIT',
] as const

/**
 * Parses the list of DoppelVer (N. Thom, A. DeBolt, L. Brown, E. M. Hand, 2023), pairs of doppelgangers: the columns `ID`, `INDIVIDUAL_1`,
 * `IMAGE_1`, `INDIVIDUAL_2`, `IMAGE_2`, `LABEL` (1 same, 0 different) and `SPLIT` (0 .. 9, the fold; folds
 * differ in size). An image lies in `INDIVIDUAL/IMAGE`.
 * @throws InputError that names the row or the missing column; also where a label contradicts the individuals
 */
export function parseDoppelVer(text: string, where: string): PairList {
  const table = parseCsvTable(text, where)
  const columns = DOPPELVER_COLUMNS.map((name) => table.require(name))
  const labels = sameColumn(table, table.require('LABEL'), where)
  const builder = new PairListBuilder()
  for (let row = 0; row < table.rowCount; row++) {
    const place = () => rowPlace(where, row)
    const [person1, image1, person2, image2, label, split] = columns.map((column) =>
      table.cell(row, column).trim(),
    )
    const same = labels[row] === 1
    if (same !== (person1 === person2)) {
      throw new InputError(
        `the label is ${label}, but the individuals are '${person1}' and '${person2}'`,
        place(),
        'mend the row (1 is one individual, 0 two)',
      )
    }
    const fold = parseFold(split, place)
    builder.add(`${person1}/${image1}`, `${person2}/${image2}`, same, fold, place)
  }
  return builder.build(where)
}

export const doppelver = listFormat({
  id: 'doppelver',
  hint: "DoppelVer's CSV",
  endings: ['csv', 'tsv', 'txt'],
  recognise: ({ lines: [first = ''] }) =>
    DOPPELVER_COLUMNS.filter((column) => first.toUpperCase().includes(column)).length >= 3,
  parse: parseDoppelVer,
})
