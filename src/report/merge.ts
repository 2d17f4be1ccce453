import { InputError } from '../errors.js'
import type { Results, Table } from '../results/schema.js'
import { standsAt } from './grid/cells.js'
import { type Placed, placeEvaluations } from './placed.js'
import { distinctDatasets, type PlacedDataset } from './placed-datasets.js'

/** What a report shows: one run, or several put together. */
export interface Merged {
  readonly title: string
  readonly description: string
  readonly runs: readonly Results[]
  readonly evaluations: readonly Placed[]
  readonly tables: Results['tables']
  readonly datasets: readonly PlacedDataset[]
  readonly missing: Results['missing']
  readonly warnings: readonly string[]
  /** whether anything in it was made with the built-in rendered faces */
  readonly demo: boolean
}

/**
 * Puts runs together. Tables of the same id become one: rows of the same name are one row, whichever run measured it.
 * Nothing that was measured is left out: what no table names has a table of its own.
 * @throws InputError where there are no runs
 */
export function mergeResults(runs: readonly Results[]): Merged {
  if (runs.length === 0) throw new InputError('there are no results', '', 'name at least one results file')
  const evaluations = placeEvaluations(runs)
  const tables = joinTables(runs.flatMap((run) => run.tables))
  const found = new Set(runs.flatMap((run) => [...run.models, ...run.testSets].map(({ id }) => id)))
  const missing = new Map(
    runs
      .flatMap((run) => run.missing.filter(({ id }) => !found.has(id)))
      .map((entry) => [`${entry.kind} ${entry.id}`, entry]),
  )
  return {
    title: runs.length === 1 ? runs[0].title : [...new Set(runs.map(({ title }) => title))].join(' · '),
    description: [...new Set(runs.map(({ description }) => description.trim()))].join('\n\n'),
    runs,
    evaluations,
    tables: [...tables, ...furtherTables(tables, evaluations)],
    datasets: distinctDatasets(runs),
    missing: [...missing.values()],
    warnings: [...new Set(runs.flatMap((run) => [...run.warnings, ...differingFiles(runs)]))],
    demo: runs.some((run) => [...run.models, ...run.testSets, ...run.datasets].some(({ demo }) => demo)),
  }
}

type Row = Table['rows'][number]

/** One table of an id: the columns of all, and their rows, those that say the same once. */
function joinTables(tables: readonly Table[]): Table[] {
  return [...new Set(tables.map(({ id }) => id))].map((id) => {
    const parts = tables.filter((table) => table.id === id)
    const columns = new Map(
      parts.flatMap((table) => table.columns.map((column) => [column.id, column] as const)),
    )
    const rows = parts.flatMap((table) => table.rows)
    const names = [...new Set(rows.map(keyOf))]
    return {
      ...parts[0],
      columns: [...columns.values()],
      rows: names.flatMap((name) => joinRows(rows.filter((row) => keyOf(row) === name))),
      average: parts.some(({ average }) => average),
      labelColumns: [...new Set(parts.flatMap(({ labelColumns }) => labelColumns))],
    }
  })
}

function keyOf({ name, model, axes }: Row): string {
  return JSON.stringify([name, model, axes])
}

/** Rows of one name and model as one row, unless they contradict each other: then each that is different. */
function joinRows(rows: readonly Row[]): Row[] {
  const entries = (pick: (row: Row) => object) => rows.flatMap((row) => Object.entries(pick(row)))
  const agree = (all: readonly (readonly [string, unknown])[]): boolean =>
    new Map(all).size === new Set(all.map((entry) => JSON.stringify(entry))).size
  const averages = new Set(rows.flatMap(({ referenceAverage }) => referenceAverage ?? []))
  if (
    agree(entries(({ labels }) => labels)) &&
    agree(entries(({ reference }) => reference)) &&
    averages.size < 2
  ) {
    const [referenceAverage] = averages
    return [
      {
        ...rows[0],
        labels: Object.fromEntries(entries(({ labels }) => labels)),
        reference: Object.fromEntries(entries(({ reference }) => reference)),
        ...(referenceAverage !== undefined && { referenceAverage }),
      },
    ]
  }
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}

/** Evaluations that no table has a row and a column for, as a table. */
function furtherTables(tables: readonly Table[], evaluations: readonly Placed[]): Table[] {
  const isRow = (row: Row, placed: Placed): boolean =>
    row.axes === undefined ? row.model === placed.evaluation.model : standsAt(placed, row.axes)
  const shown = (placed: Placed): boolean =>
    tables.some(
      ({ rows, columns }) =>
        columns.some(({ id }) => id === placed.evaluation.testSet) && rows.some((row) => isRow(row, placed)),
    )
  const left = evaluations.filter((placed) => !shown(placed)).map(({ evaluation }) => evaluation)
  if (left.length === 0) return []
  return [
    {
      id: 'further-evaluations',
      title: 'Further evaluations',
      caption: 'What was measured and is in no other table.',
      rows: [...new Set(left.map(({ model }) => model))].map((model) => ({
        name: model,
        model,
        labels: {},
        reference: {},
      })),
      columns: [...new Set(left.map(({ testSet }) => testSet))].map((id) => ({ id, name: id })),
      labelColumns: [],
      average: false,
      source: '',
    },
  ]
}

/** Files that share a name differ in the field, and so do the accuracies on them. */
function differingFiles(runs: readonly Results[]): string[] {
  const fingerprints = new Map<string, Set<string>>()
  for (const { testSets } of runs) {
    for (const { id, fingerprint } of testSets) {
      fingerprints.set(id, (fingerprints.get(id) ?? new Set()).add(fingerprint))
    }
  }
  return [...fingerprints]
    .filter(([, found]) => found.size > 1)
    .map(
      ([id, found]) =>
        `The rows of column '${id}' were measured on ${found.size} different files (${[...found].map((f) => f.slice(0, 12)).join(', ')}): their accuracies can't be compared.`,
    )
}
