import type { Point } from '../results/grid.js'
import type { Table } from '../results/schema.js'
import { standsAt } from './grid/cells.js'
import {
  hashOfRun,
  latestFirst,
  measurementFacts,
  numbersOf,
  type Placed,
  runFacts,
  settingsOf,
} from './placed.js'
import { type Facts, tellApart } from './tell-apart.js'

/** A row of a table with the evaluations of its cells. */
export interface EvaluatedRow {
  readonly row: Table['rows'][number]
  /** what tells it from the other rows of its name: `network 0f3a99b1c2d3`, `flip true`; empty where there are none */
  readonly variant: string
  /** one a column; of a grid's row the first of them */
  readonly cells: readonly (Placed | undefined)[]
  /** all of a grid's row, by column: its seeds */
  readonly repeats?: readonly (readonly Placed[])[]
}

type Measured = ReadonlyMap<string, Placed>

interface Draft {
  readonly row: Table['rows'][number]
  readonly cells: Measured
  readonly repeats?: readonly (readonly Placed[])[]
}

/**
 * The rows of a table: one for each way in which a row's model was evaluated, so that no evaluation hides another
 * one. Two networks of one name, two protocols, two files of one test set are rows of their own, whatever the order of
 * the runs.
 */
export function evaluatedRows(table: Table, evaluations: readonly Placed[]): EvaluatedRow[] {
  const columns = table.columns.map(({ id }) => id)
  const drafts = table.rows.flatMap((row): Draft[] => {
    if (row.axes !== undefined) return gridRows(table, row, row.axes, evaluations)
    const own = evaluations.filter(
      ({ evaluation: { model, testSet } }) => model === row.model && columns.includes(testSet),
    )
    const measured = own.length === 0 ? [new Map<string, Placed>()] : variantsOf(own)
    return measured.map((cells) => ({ row, cells }))
  })
  const variants = new Map<object, string>()
  for (const name of new Set(drafts.map(({ row }) => row.name))) {
    const namesakes = drafts.filter(({ row, cells }) => row.name === name && cells.size > 0)
    tellApart(levelsOf(namesakes)).forEach((words, i) => {
      variants.set(namesakes[i], words)
    })
  }
  return drafts.map((draft) => ({
    row: draft.row,
    variant: variants.get(draft) ?? '',
    cells: columns.map((id) => draft.cells.get(id)),
    ...(draft.repeats && { repeats: draft.repeats }),
  }))
}

/** A row of cells, once for each run that has the table: what is averaged is of one run. */
function gridRows(
  table: Table,
  row: Table['rows'][number],
  point: Point,
  evaluations: readonly Placed[],
): Draft[] {
  const own = evaluations.filter(
    (placed) => placed.run.tables.some(({ id }) => id === table.id) && standsAt(placed, point),
  )
  const rows = [...groupBy(own, ({ run }) => hashOfRun(run)).values()].map((ofRun) => {
    const repeats = table.columns.map(({ id }) => ofRun.filter(({ evaluation }) => evaluation.testSet === id))
    const cells = new Map(table.columns.flatMap(({ id }, i) => (repeats[i][0] ? [[id, repeats[i][0]]] : [])))
    return { row, cells, repeats }
  })
  return rows.length === 0 ? [{ row, cells: new Map() }] : rows
}

/** Evaluations of one model by test set, in as many ways as there are settings, files and results. */
function variantsOf(evaluations: readonly Placed[]): Measured[] {
  const bySettings = groupBy(evaluations, (placed) => JSON.stringify([...settingsOf(placed)]))
  return [...bySettings.values()].flatMap((group) => {
    const columns = groupBy(group, ({ evaluation }) => evaluation.testSet)
    const clash = [...columns.values()].some((column) => new Set(column.map(numbersOf)).size > 1)
    const rows = clash ? [...groupBy(group, ({ run }) => hashOfRun(run)).values()] : [group]
    const measured = rows.map((row) => {
      return new Map(
        row
          .toSorted(latestFirst)
          .reverse()
          .map((placed) => [placed.evaluation.testSet, placed]),
      )
    })
    return [...groupBy(measured, contentOf).values()].map((alike) => alike.toSorted(byRun)[0])
  })
}

/** What a row shows: a run that was repeated and found the same is one row. */
function contentOf(cells: Measured): string {
  return JSON.stringify(
    [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, it]) => [id, numbersOf(it)]),
  )
}

/** Rows of one content by their latest run. */
function byRun(a: Measured, b: Measured): number {
  const [one, other] = [a, b].map((cells) => [...cells.values()].toSorted(latestFirst)[0])
  return latestFirst(one, other)
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

/** The facts of rows: their settings, then their test sets' files, then their runs. */
function levelsOf(
  rows: readonly { readonly row: Table['rows'][number]; readonly cells: Measured }[],
): Facts[][] {
  const all = rows.map(({ row, cells }) => ({ row, placed: [...cells.values()] }))
  return [
    all.map(
      ({ row, placed: [first] }) =>
        new Map([['', row.model ?? ''], ...(row.axes === undefined ? settingsOf(first) : [])]),
    ),
    all.map(({ placed }) => new Map(placed.flatMap((it) => [...measurementFacts(it)]))),
    all.map(({ placed: [first] }) => runFacts(first.run)),
    all.map(({ placed: [first] }) => new Map([['run', hashOfRun(first.run).slice(0, 12)]])),
  ]
}
