import { type Roc, rocCurve } from '../../evaluate/roc.js'
import { isOf } from '../../results/evaluation.js'
import { unpackFloat32, unpackUint8 } from '../../results/packing.js'
import type { PairsEvaluation } from '../../results/schema.js'
import type { ComparisonTable } from '../comparison-table.js'
import { rounded } from './figure.js'

/** An evaluation of pairs by what its row is called. */
export interface MeasuredRow {
  readonly row: string
  readonly evaluation: PairsEvaluation
  readonly same: Uint8Array
}

/** A column with its measured rows, each once; under the name of its first row where several tables have it. */
export interface MeasuredColumn {
  readonly id: string
  readonly name: string
  readonly rows: readonly MeasuredRow[]
  readonly positives: number
  readonly negatives: number
}

/** Every test set of the tables that was measured, in their order. */
export function measuredColumns(tables: readonly ComparisonTable[]): MeasuredColumn[] {
  const columns = new Map(
    tables.flatMap(({ testSets, heads }) => testSets.map((id, i) => [id, heads[i]] as const)),
  )
  return [...columns].flatMap(([id, name]) => {
    const rows = measuredOn(id, tables)
    if (rows.length === 0) return []
    const positives = Math.max(...rows.map(({ same }) => count(same)))
    const negatives = Math.max(...rows.map(({ same }) => same.length - count(same)))
    return [{ id, name, rows, positives, negatives }]
  })
}

function measuredOn(testSet: string, tables: readonly ComparisonTable[]): MeasuredRow[] {
  const found = new Map<object, MeasuredRow>()
  for (const { testSets, rows } of tables) {
    const column = testSets.indexOf(testSet)
    for (const { name, evaluations } of rows) {
      const placed = evaluations[column]
      if (placed === undefined || found.has(placed.evaluation) || placed.testSet?.kind !== 'pairs') continue
      if (isOf(placed.evaluation, 'pairs'))
        found.set(placed.evaluation, {
          row: name,
          evaluation: placed.evaluation,
          same: unpackUint8(placed.testSet.labels),
        })
    }
  }
  return [...found.values()]
}

export function count(same: Uint8Array): number {
  return same.reduce((sum, label) => sum + label, 0)
}

const curves = new WeakMap<object, Roc>()

/** The full curve of an evaluation, computed once for all charts that show it. */
export function rocOf({ evaluation, same }: MeasuredRow): Roc {
  const known = curves.get(evaluation)
  if (known !== undefined) return known
  const roc = rocCurve(Float64Array.from(unpackFloat32(evaluation.distances)), same)
  curves.set(evaluation, roc)
  return roc
}

/** Points of a curve on a page: more can't be seen. */
const POINTS = 100

/**
 * A curve over the false accept rate, thinned for a logarithmic axis, on which there is no 0: what comes without a false
 * accept stands at the left edge.
 */
export function overFalseAccepts(
  row: MeasuredRow,
  drawn: (tar: number) => number,
): readonly (readonly [x: number, y: number])[] {
  const { far, tar } = rocOf(row)
  const lowest = 1 / (2 * Math.max(1, row.same.length - count(row.same)))
  const points: [number, number][] = []
  let bucket = Number.NEGATIVE_INFINITY
  for (let i = 0; i < far.length; i++) {
    const x = Math.max(far[i], lowest)
    const place = Math.floor((Math.log(x / lowest) / Math.log(1 / lowest)) * POINTS)
    if (place === bucket) points.pop()
    bucket = place
    points.push([rounded(x), rounded(drawn(tar[i]))])
  }
  return points
}
