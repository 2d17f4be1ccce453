import { dirname, resolve } from 'node:path'
import type Papa from 'papaparse'
import { readText } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { onDemand } from '../on-demand.js'
import { type Point, pointName } from '../results/grid.js'
import type { Table } from '../results/schema.js'
import type { TableSpec } from './spec.js'

const papa = onDemand<typeof Papa>('papaparse')

/** The column of a paper's table that holds the mean of the row. */
const AVERAGE = 'Avg'

/** The paper's figures: one record a row, by column name. @throws InputError */
async function readPaperFigures(
  path: string,
  required: readonly string[],
): Promise<Record<string, string>[]> {
  const text = await readText(path)
  const { data, meta } = papa().parse<Record<string, string>>(text.replace(/^\ufeff/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
  })
  const missing = required.filter((name) => !(meta.fields ?? []).includes(name))
  if (missing.length > 0) {
    throw new InputError(
      `the paper's figures lack the column '${missing.join("', '")}' (there are ${(meta.fields ?? []).join(', ')})`,
      path,
      "correct 'columns' in the spec",
    )
  }
  return data
}

interface OwnRow {
  readonly name: string
  readonly model?: string | undefined
  readonly axes?: Point
  readonly labels: Record<string, string>
}

/** Rows of later work: figures to hold measurements against, with where they are from. @throws InputError */
async function laterRows(
  { columns, average, labelColumns }: TableSpec,
  { figures, rows }: NonNullable<TableSpec['later']>,
  specPath: string,
): Promise<Table['rows']> {
  const path = resolve(dirname(specPath), figures)
  const names = Object.entries(columns)
  const needed = ['dataset', 'source', ...names.map(([, name]) => name), ...(average ? [AVERAGE] : [])]
  const found = await readPaperFigures(path, needed)
  return rows.map((name) => {
    const line = found.find(({ dataset }) => dataset === name)
    if (line === undefined) throw new InputError(`no row '${name}'`, path, "correct 'later' in the spec")
    return {
      name,
      labels: Object.fromEntries(labelColumns.map((label) => [label, line[label] ?? ''])),
      reference: Object.fromEntries(names.map(([id, column]) => [id, Number.parseFloat(line[column])])),
      ...(average && { referenceAverage: Number.parseFloat(line[AVERAGE]) }),
      source: line.source,
    }
  })
}

/** What a row says that a table's row keeps: the model, or the cells. */
const placeOf = ({ model, axes }: Partial<OwnRow>) => ({
  ...(model !== undefined && { model }),
  ...(axes !== undefined && { axes: { ...axes } }),
})

/** The value alone where there is one axis. */
function rowName(point: Point): string {
  const values = Object.values(point)
  return values.length === 1 ? String(values[0]) : pointName(point)
}

/**
 * Lays a table out: the paper's rows in its order, each with the id of the model that the spec's row of that name
 * gives, then the cells of the spec's grid, then its further rows.
 * @param points of the grid
 * @throws InputError where the paper's CSV lacks a column
 */
export async function layOutTable(
  spec: TableSpec,
  specPath: string,
  points: readonly Point[] = [],
): Promise<Table> {
  const columns = Object.entries(spec.columns).map(([id, name]) => ({ id, name }))
  const own = new Map<string, OwnRow>([
    ...points.map((axes) => [rowName(axes), { name: rowName(axes), axes, labels: {} }] as const),
    ...spec.rows.map((row) => [row.name, row] as const),
  ])
  const rows: Table['rows'] = []
  if (spec.paper !== undefined) {
    const path = resolve(dirname(specPath), spec.paper)
    const average = spec.average ? [AVERAGE] : []
    for (const figures of await readPaperFigures(path, [
      'dataset',
      ...columns.map(({ name }) => name),
      ...average,
    ])) {
      const row = own.get(figures.dataset)
      own.delete(figures.dataset)
      rows.push({
        name: figures.dataset,
        ...placeOf(row ?? {}),
        labels: Object.fromEntries(
          spec.labelColumns.map((label) => [label, row?.labels[label] ?? figures[label] ?? '']),
        ),
        reference: Object.fromEntries(
          columns
            .map(({ id, name }) => [id, Number.parseFloat(figures[name])] as const)
            .filter(([, figure]) => Number.isFinite(figure)),
        ),
        ...(spec.average && { referenceAverage: Number.parseFloat(figures[AVERAGE]) }),
      })
    }
  }
  if (spec.later !== undefined) rows.push(...(await laterRows(spec, spec.later, specPath)))
  for (const row of own.values())
    rows.push({ name: row.name, ...placeOf(row), labels: row.labels, reference: {} })
  return {
    id: spec.id,
    title: spec.title,
    caption: spec.caption,
    rows,
    columns,
    labelColumns: spec.labelColumns,
    average: spec.average,
    source: spec.paper === undefined ? '' : 'Vec2Face, arXiv 2409.02979',
  }
}
