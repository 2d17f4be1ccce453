import { metricsOf } from '../../results/evaluation.js'
import type { Point } from '../../results/grid.js'
import type { Placed } from '../placed.js'

/** Whether an evaluation stands at a point of its run's grid, or in a part of the grid. */
export function standsAt({ evaluation }: Placed, point: Point): boolean {
  return Object.entries(point).every(([axis, name]) => evaluation.axes?.[axis] === name)
}

/** The seed and the place on axes that a point leaves open: what two evaluations share that are paired. */
export function partnerKey({ evaluation }: Placed, point: Point): string {
  const rest = Object.entries(evaluation.axes ?? {}).filter(([axis]) => !Object.hasOwn(point, axis))
  return JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The number that tables show, in percent. */
export function accuracyOf({ evaluation }: Placed): number {
  return 100 * metricsOf(evaluation)[0].value
}

/**
 * The means over test sets of each repetition, where it was measured on all of them.
 * @param columns evaluations of one place, a list for each test set
 */
export function averagesOf(columns: readonly (readonly Placed[])[]): number[] {
  const keys = (columns[0] ?? []).map((placed) => partnerKey(placed, {}))
  return keys.flatMap((key) => {
    const row = columns.map((column) => column.find((placed) => partnerKey(placed, {}) === key))
    const values = row.flatMap((placed) => (placed === undefined ? [] : [accuracyOf(placed)]))
    if (values.length < columns.length) return []
    return [values.reduce((sum, value) => sum + value, 0) / values.length]
  })
}
