import { InputError } from '../errors.js'
import type { Cell, ComparisonTable } from './comparison-table.js'
import { ACCURACY, numbersOf, type ShownNumber, type ShownValue } from './shown-number.js'

/** The other numbers of a table's evaluations, a table each; those that none of them tells are left out. */
export function numberTables(table: ComparisonTable): ComparisonTable[] {
  const evaluations = table.rows.flatMap((row) => row.evaluations.flatMap((it) => it?.evaluation ?? []))
  return numbersOf(evaluations)
    .filter((number) => number !== ACCURACY)
    .map((number) => tableOf(table, number))
}

/** Those whose ids are asked for: `auc`, `tar@0.001`, `tar` for all rates, `all`. */
export function chosenTables(table: ComparisonTable, ids: readonly string[]): ComparisonTable[] {
  return numberTables(table).filter(({ number }) =>
    ids.some((id) => id === 'all' || id === number?.id || id === number?.id.split('@')[0]),
  )
}

/** @throws InputError at a number that none of the tables tells */
export function requireNumbers(tables: readonly ComparisonTable[], ids: readonly string[]): void {
  const known = new Set(tables.flatMap((table) => numberTables(table).map(({ number }) => number?.id ?? '')))
  for (const id of ids) {
    if (id === 'all' || id === ACCURACY.id) continue
    if ([...known].some((name) => name === id || name.split('@')[0] === id)) continue
    throw new InputError(
      `no number '${id}' in these results`,
      '--numbers',
      `there are accuracy, ${[...known].join(', ')}; or say all`,
    )
  }
}

function tableOf(table: ComparisonTable, number: ShownNumber): ComparisonTable {
  const columns = table.testSets.length
  const rows = table.rows
    .filter(({ evaluations }) => evaluations.some((placed) => placed !== undefined))
    .map((row) => {
      const values = row.evaluations.map((placed) => placed && number.of(placed.evaluation))
      const cells = [...values, ...(columns > 1 ? [meanOf(values)] : [])]
      return { ...row, labels: [], cells: cells.map(cellOf) }
    })
  return {
    ...table,
    id: `${table.id}-${number.id.replace('@', '-')}`,
    title: `${table.title}: ${number.title}`,
    caption: '',
    number,
    labelHeads: [],
    heads: [...table.heads.slice(0, columns), ...(columns > 1 ? ['Avg'] : [])],
    rows: rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell, column) => ({
        ...cell,
        best: isBest(
          cell,
          rows.map(({ cells }) => cells[column]),
          number.better,
        ),
      })),
    })),
    ...{ parts: [], leftOut: [], conflicts: [], levels: [], seeds: [], hasPaper: false, hasMeasured: true },
  }
}

function meanOf(values: readonly (ShownValue | undefined)[]): ShownValue | undefined {
  const there = values.filter((value) => value !== undefined)
  if (there.length < values.length) return undefined
  return { value: there.reduce((sum, { value }) => sum + value, 0) / there.length }
}

function cellOf(found: ShownValue | undefined): Cell {
  return { ...(found && { measured: found.value }), best: false, doubts: [] }
}

function isBest({ measured }: Cell, column: readonly Cell[], better: ShownNumber['better']): boolean {
  const all = column.flatMap((cell) => cell.measured ?? [])
  if (measured === undefined || all.length < 2 || better === 'neither') return false
  const best = better === 'higher' ? Math.max(...all) : Math.min(...all)
  return measured.toFixed(2) === best.toFixed(2)
}
