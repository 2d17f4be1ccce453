import type Papa from 'papaparse'
import { onDemand } from '../on-demand.js'
import { printableText } from '../printable.js'
import type { ComparisonTable } from './comparison-table.js'

const papa = onDemand<typeof Papa>('papaparse')

/** A comparison table, one line a cell: measured and paper's figures never share a column. Percent, full precision. */
export function tableToCsv(table: ComparisonTable): string {
  const lines = table.rows.flatMap((row) =>
    row.cells.map((cell, column) => ({
      table: table.id,
      row: row.name,
      demo: row.demo,
      ...Object.fromEntries(table.labelHeads.map((head, i) => [head, row.labels[i]])),
      column: table.heads[column],
      measured: cell.measured ?? '',
      low: cell.low ?? '',
      high: cell.high ?? '',
      std: cell.std ?? '',
      paper: cell.paper ?? '',
      difference: cell.measured !== undefined && cell.paper !== undefined ? cell.measured - cell.paper : '',
      doubts: cell.doubts.join(' '),
      source: cell.measured === undefined && cell.paper !== undefined ? (row.source ?? table.source) : '',
    })),
  )
  return printableText(`${papa().unparse(lines, { newline: '\n' })}\n`)
}
