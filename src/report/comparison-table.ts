import { meanOfRepeats } from '../evaluate/student.js'
import { isOf, metricsOf } from '../results/evaluation.js'
import type { Evaluation, Table } from '../results/schema.js'
import { accuracyOf, averagesOf } from './grid/cells.js'
import type { Merged } from './merge.js'
import { type Conflict, conflictsOf } from './paper/conflicts.js'
import { isDemo, type Placed } from './placed.js'
import type { ShownNumber } from './shown-number.js'
import { type EvaluatedRow, evaluatedRows } from './table-rows.js'

/** One accuracy of a table, in percent. */
export interface Cell {
  readonly measured?: number
  /** the measurement's interval */
  readonly low?: number
  readonly high?: number
  readonly std?: number
  /** what the paper says */
  readonly paper?: number
  /** best of the column's measurements */
  readonly best: boolean
  /** what may make the measurement wrong */
  readonly doubts: readonly string[]
  /** first digits of the file's fingerprint, where the column's rows were measured on different files */
  readonly file?: string
}

export interface ComparisonRow {
  /** with what tells it from other rows of the name in brackets */
  readonly name: string
  readonly demo: boolean
  readonly labels: readonly string[]
  readonly cells: readonly Cell[]
  /** whose figures it shows, where they are not the table's source's */
  readonly source?: string
  /** the evaluation behind each cell; the average has none, nor has a mean of seeds */
  readonly evaluations: readonly (Placed | undefined)[]
}

/** A table as the paper lays it out, ready to be written in any form. */
export interface ComparisonTable {
  readonly id: string
  readonly title: string
  readonly caption: string
  /** what its cells show, where that isn't the accuracy */
  readonly number?: ShownNumber
  readonly labelHeads: readonly string[]
  readonly heads: readonly string[]
  /** ids of the test sets of the heads */
  readonly testSets: readonly string[]
  readonly rows: readonly ComparisonRow[]
  /** `LFW: 600 of 6,000 pairs`: columns measured on a part of what their name promises */
  readonly parts: readonly string[]
  /** `LFW: 1 image and 3 pairs`: what the measurements did not see */
  readonly leftOut: readonly string[]
  readonly source: string
  /** where the authors' own pages disagree about figures that it shows */
  readonly conflicts: readonly Conflict[]
  /** whether any figure is the paper's, any is measured */
  readonly hasPaper: boolean
  readonly hasMeasured: boolean
  /** of the measurements' intervals; several where runs differ, none where all are means of seeds */
  readonly levels: readonly number[]
  /** of how many recognisers rows are means; none where no row is */
  readonly seeds: readonly number[]
}

/** Of intervals over seeds. */
const SEED_LEVEL = 0.95

type Draft = { -readonly [K in keyof Cell]: Cell[K] }

function mean(values: readonly (number | undefined)[]): number | undefined {
  const there = values.filter((value) => value !== undefined)
  if (there.length === 0 || there.length !== values.length) return undefined
  return there.reduce((sum, value) => sum + value, 0) / there.length
}

function markBest(rows: readonly Draft[][], column: number): void {
  const highest = (pick: (cell: Draft) => number | undefined): number =>
    Math.max(...rows.map((row) => pick(row[column]) ?? Number.NEGATIVE_INFINITY))
  const measured = highest((cell) => cell.measured)
  const several = rows.filter((row) => row[column].measured !== undefined).length > 1
  for (const row of rows) {
    const cell = row[column]
    cell.best = several && cell.measured !== undefined && cell.measured.toFixed(2) === measured.toFixed(2)
  }
}

/** The number of an evaluation that tables show, in percent. */
function inPercent(evaluation: Evaluation): Pick<Cell, 'measured' | 'low' | 'high' | 'std'> {
  const [{ value, interval }] = metricsOf(evaluation)
  return {
    measured: value * 100,
    ...(interval !== undefined && { low: interval.low * 100, high: interval.high * 100 }),
    ...(isOf(evaluation, 'pairs') && { std: evaluation.std * 100 }),
  }
}

function draftCell(placed: Placed | undefined, paper: number | undefined): Draft {
  const fingerprint = placed?.testSet?.fingerprint
  return {
    ...(placed !== undefined && inPercent(placed.evaluation)),
    ...(paper !== undefined && { paper }),
    ...(fingerprint !== undefined && { file: fingerprint.slice(0, 8) }),
    doubts: placed?.evaluation.doubts.map(({ text }) => text) ?? [],
    best: false,
  }
}

/** The mean of a cell's seeds, with its interval where there are several. */
function repeated(values: readonly number[]): Pick<Cell, 'measured' | 'low' | 'high' | 'std'> {
  if (values.length === 0) return {}
  const { mean, half, deviation } = meanOfRepeats(values, SEED_LEVEL)
  if (half === undefined || deviation === undefined) return { measured: mean }
  return { measured: mean, low: Math.max(0, mean - half), high: Math.min(100, mean + half), std: deviation }
}

/** A grid's cell: of one seed it is that recogniser's, with its interval over pairs. */
function repeatedCell(repeats: readonly Placed[], paper: number | undefined): Draft {
  const one = draftCell(repeats[0], paper)
  if (repeats.length < 2) return one
  const doubts = repeats.flatMap(({ evaluation }) => evaluation.doubts.map(({ text }) => text))
  const { low: _, high: __, std: ___, ...rest } = one
  return { ...rest, ...repeated(repeats.map(accuracyOf)), doubts: [...new Set(doubts)] }
}

function averageCell(cells: readonly Draft[], paper: number | undefined): Draft {
  const measured = mean(cells.map((cell) => cell.measured))
  return {
    ...(measured !== undefined && { measured }),
    ...(paper !== undefined && { paper }),
    doubts: measured === undefined ? [] : [...new Set(cells.flatMap((cell) => cell.doubts))],
    best: false,
  }
}

/** Looks every cell of every table up. The average is told where all cells of a row are there. */
export function comparisonTables(merged: Merged): ComparisonTable[] {
  return merged.tables.map((table) => layOut(table, evaluatedRows(table, merged.evaluations)))
}

/** Which columns were measured on a part of their set; those with the same share together. */
function partsOf({ columns }: Table, rows: readonly EvaluatedRow[]): string[] {
  const found = new Map<string, Set<string>>()
  columns.forEach(({ name }, column) => {
    for (const { cells } of rows) {
      const set = cells[column]?.testSet
      if (set?.kind !== 'pairs' || set.of === undefined) continue
      const part = `${set.pairs.toLocaleString('en')} of ${set.of.toLocaleString('en')} pairs`
      found.set(part, (found.get(part) ?? new Set()).add(name))
    }
  })
  return [...found].map(([part, names]) => `${[...names].join(', ')}: ${part}`)
}

/** What was skipped on the user's word, by column. */
function leftOutOf({ columns }: Table, rows: readonly EvaluatedRow[]): string[] {
  const counted = (n: number, what: string): string =>
    `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`
  const found = columns.flatMap(({ name }, column) =>
    rows.flatMap(({ cells }) => {
      const leftOut = cells[column]?.evaluation.leftOut
      if (leftOut === undefined || leftOut.unreadable + (leftOut.pairs ?? 0) === 0) return []
      const { unreadable, pairs } = leftOut
      const withPairs = pairs === undefined ? '' : ` and ${counted(pairs, 'pair')}`
      return [`${name}: ${counted(unreadable, 'image')}${withPairs}`]
    }),
  )
  return [...new Set(found)]
}

/** How many recognisers a row is the mean of. */
function seedsOf({ repeats = [] }: EvaluatedRow): number {
  return Math.max(0, ...repeats.map(({ length }) => length))
}

function layOut(table: Table, rows: readonly EvaluatedRow[]): ComparisonTable {
  const drafts = rows.map(({ row, cells, repeats }) =>
    cells.map((placed, column) => {
      const paper = row.reference[table.columns[column].id]
      return repeats === undefined ? draftCell(placed, paper) : repeatedCell(repeats[column], paper)
    }),
  )
  table.columns.forEach((_, column) => {
    const files = rows.flatMap(({ cells }) => cells[column]?.testSet?.fingerprint ?? [])
    if (new Set(files).size < 2) for (const row of drafts) delete row[column].file
  })
  if (table.average) {
    for (const [index, cells] of drafts.entries()) {
      const { row, repeats = [] } = rows[index]
      const average = averageCell(cells, row.referenceAverage)
      cells.push({ ...average, ...(seedsOf(rows[index]) > 1 && repeated(averagesOf(repeats))) })
    }
  }
  const heads = [...table.columns.map(({ name }) => name), ...(table.average ? ['Avg'] : [])]
  heads.forEach((_, column) => {
    if (drafts.length > 0) markBest(drafts, column)
  })
  const measured = rows.flatMap(({ cells }) => cells.filter((placed) => placed !== undefined))
  const single = rows.filter((row) => seedsOf(row) < 2).flatMap(({ cells }) => cells)
  const levels = single.flatMap((placed) =>
    placed === undefined ? [] : (metricsOf(placed.evaluation)[0].interval?.level ?? []),
  )
  return {
    id: table.id,
    title: table.title,
    caption: table.caption,
    labelHeads: table.labelColumns,
    heads,
    testSets: table.columns.map(({ id }) => id),
    seeds: [...new Set(rows.map(seedsOf).filter((seeds) => seeds > 1))].sort((a, b) => a - b),
    rows: rows.map(({ row, variant, cells, repeats }, index) => ({
      name: variant === '' ? row.name : `${row.name} (${variant})`,
      demo: cells.some((placed) => placed !== undefined && isDemo(placed)),
      labels: table.labelColumns.map((label) => row.labels[label] ?? ''),
      cells: drafts[index],
      ...(row.source !== undefined && { source: row.source }),
      evaluations: cells.map((placed, column) => ((repeats?.[column].length ?? 0) > 1 ? undefined : placed)),
    })),
    parts: partsOf(table, rows),
    leftOut: leftOutOf(table, rows),
    source: table.source,
    conflicts: conflictsOf(table),
    hasPaper: drafts.some((row, i) =>
      row.some(({ paper }) => paper !== undefined && rows[i].row.source === undefined),
    ),
    hasMeasured: measured.length > 0,
    levels: [...new Set(levels)].sort((a, b) => a - b),
  }
}
