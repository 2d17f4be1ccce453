import { isOf, metricsOf } from '../results/evaluation.js'
import type { Evaluation, Results } from '../results/schema.js'
import { findMeasured, type Merged } from './merge.js'

/** One accuracy of a table, in percent. */
export interface Cell {
  readonly measured?: number
  /** the measurement's interval */
  readonly low?: number
  readonly high?: number
  readonly std?: number
  /** what the paper says */
  readonly paper?: number
  /** highest of the column's measurements */
  readonly best: boolean
  /** highest of the column's figures in the paper */
  readonly paperBest: boolean
  /** first digits of the file's fingerprint, where the column's rows were measured on different files */
  readonly file?: string
}

export interface ComparisonRow {
  readonly name: string
  readonly demo: boolean
  readonly labels: readonly string[]
  readonly cells: readonly Cell[]
}

/** A table as the paper lays it out, ready to be written in any form. */
export interface ComparisonTable {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly labelHeads: readonly string[]
  readonly heads: readonly string[]
  readonly rows: readonly ComparisonRow[]
  readonly source: string
  /** whether any figure is the paper's, any is measured */
  readonly hasPaper: boolean
  readonly hasMeasured: boolean
  readonly level: number
}

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
  const paper = highest((cell) => cell.paper)
  const several = rows.filter((row) => row[column].measured !== undefined).length > 1
  for (const row of rows) {
    const cell = row[column]
    cell.best = several && cell.measured !== undefined && cell.measured.toFixed(2) === measured.toFixed(2)
    cell.paperBest = cell.paper !== undefined && cell.paper === paper
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

function levelOf({ evaluations }: Results): number | undefined {
  return evaluations.length === 0 ? undefined : metricsOf(evaluations[0])[0].interval?.level
}

/** Looks every cell of every table up. The average is told where all cells of a row are there. */
export function comparisonTables(merged: Merged): ComparisonTable[] {
  return merged.tables.map((table) => {
    const files = new Map<string, Set<string>>()
    const drafts: Draft[][] = table.rows.map((row) =>
      table.columns.map(({ id }) => {
        const found = findMeasured(merged.runs, row.model, id)
        const fingerprint = found?.run.testSets.find((set) => set.id === id)?.fingerprint
        if (fingerprint !== undefined) files.set(id, (files.get(id) ?? new Set()).add(fingerprint))
        const paper = row.reference[id]
        return {
          ...(found !== undefined && inPercent(found.evaluation)),
          ...(paper !== undefined && { paper }),
          ...(fingerprint !== undefined && { file: fingerprint.slice(0, 8) }),
          best: false,
          paperBest: false,
        }
      }),
    )
    table.columns.forEach(({ id }, column) => {
      if ((files.get(id)?.size ?? 0) < 2) for (const row of drafts) delete row[column].file
    })
    if (table.average) {
      for (const [index, cells] of drafts.entries()) {
        const measured = mean(cells.map((cell) => cell.measured))
        const paper = table.rows[index].referenceAverage
        cells.push({
          ...(measured !== undefined && { measured }),
          ...(paper !== undefined && { paper }),
          best: false,
          paperBest: false,
        })
      }
    }
    const heads = [...table.columns.map(({ name }) => name), ...(table.average ? ['Avg'] : [])]
    heads.forEach((_, column) => {
      if (drafts.length > 0) markBest(drafts, column)
    })
    const demoModels = new Set(
      merged.runs.flatMap((run) => run.models.filter(({ demo }) => demo).map(({ id }) => id)),
    )
    return {
      id: table.id,
      title: table.title,
      caption: table.caption,
      labelHeads: table.labelColumns,
      heads,
      rows: table.rows.map((row, index) => ({
        name: row.name,
        demo: row.model !== undefined && demoModels.has(row.model),
        labels: table.labelColumns.map((label) => row.labels[label] ?? ''),
        cells: drafts[index],
      })),
      source: table.source,
      hasPaper: drafts.some((row) => row.some(({ paper }) => paper !== undefined)),
      hasMeasured: drafts.some((row) => row.some(({ measured }) => measured !== undefined)),
      level: levelOf(merged.runs[0]) ?? 0.95,
    }
  })
}
