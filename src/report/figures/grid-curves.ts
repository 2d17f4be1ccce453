import { meanOfRepeats } from '../../evaluate/student.js'
import type { GridResult, Point } from '../../results/grid.js'
import type { Results, Table } from '../../results/schema.js'
import { accuracyOf, averagesOf, standsAt } from '../grid/cells.js'
import type { Placed } from '../placed.js'
import type { Chart } from './chart.js'
import type { Figure, Series } from './figure.js'

const LEVEL = 0.95

/**
 * Accuracy along the first axis of each grid, with intervals over seeds: of the mean over a table's test sets, and of each
 * of them, folded away. Points of further axes are lines of their own.
 */
export const gridCurves: Chart = ({ merged }) => {
  const several = merged.runs.filter(({ grid }) => grid !== undefined).length > 1
  return merged.runs.flatMap((run, number) => {
    const { grid } = run
    if (grid === undefined || grid.axes.length === 0) return []
    const own = merged.evaluations.filter((placed) => placed.run === run)
    const tables = run.tables.filter(({ rows }) => rows.some(({ axes }) => axes !== undefined))
    return tables.flatMap((table) => figuresOf(grid, table, own, several ? `-${number + 1}` : '', run))
  })
}

function figuresOf(
  grid: GridResult,
  table: Table,
  evaluations: readonly Placed[],
  suffix: string,
  run: Results,
): Figure[] {
  const [axis] = grid.axes
  const places = placesOf(axis)
  const columns = table.columns.filter(({ id }) =>
    evaluations.some(({ evaluation }) => evaluation.testSet === id && evaluation.axes !== undefined),
  )
  if (columns.length === 0) return []
  const figure = (id: string, title: string, values: (point: Point) => number[]): Figure => ({
    id: `${table.id}-${id}${suffix}`,
    title,
    caption: captionOf(grid, run),
    ...{ xLabel: axis.title, yLabel: 'accuracy in percent', logarithmic: isLogarithmic(axis) ? ['x'] : [] },
    ...{ shape: 'line', marks: true, fromZero: false },
    ...(places && { places }),
    series: linesOf(grid).map((rest) => lineOf(axis, rest, values)),
  })
  const on = (testSet: string, point: Point): Placed[] =>
    evaluations.filter((placed) => placed.evaluation.testSet === testSet && standsAt(placed, point))
  return [
    figure('average', `${table.title}: mean of ${columns.length} test sets`, (point) =>
      averagesOf(columns.map(({ id }) => on(id, point))),
    ),
    ...(columns.length < 2
      ? []
      : columns.map(
          ({ id, name }): Figure => ({
            ...figure(id, `${table.title}: ${name}`, (point) => on(id, point).map(accuracyOf)),
            group: `${table.title}: each test set`,
          }),
        )),
  ]
}

function captionOf({ seeds }: GridResult, { name }: Results): string {
  return seeds.length < 2
    ? `One seed: ${name} was not repeated, and there is no interval.`
    : `Each point is the mean of ${seeds.length} seeds; the band is its 95 % interval over seeds (Student's t).`
}

type Axis = GridResult['axes'][number]

/** Names of places, where any value has no number. */
function placesOf({ values }: Axis): string[] | undefined {
  return values.every(({ at }) => at !== undefined) ? undefined : values.map(({ name }) => String(name))
}

/** Scales from hundreds to thousands and the like. */
function isLogarithmic(axis: Axis): boolean {
  if (placesOf(axis) !== undefined) return false
  const at = axis.values.map((value) => value.at ?? 0)
  return Math.min(...at) > 0 && Math.max(...at) / Math.min(...at) >= 10
}

/** Every combination of the other axes. */
function linesOf({ axes: [, ...others] }: GridResult): Point[] {
  return others.reduce<Point[]>(
    (points, { id, values }) =>
      points.flatMap((point) => values.map(({ name }) => ({ ...point, [id]: name }))),
    [{}],
  )
}

function lineOf(axis: Axis, rest: Point, values: (point: Point) => number[]): Series {
  const isPlaced = placesOf(axis) === undefined
  const points = axis.values
    .flatMap(({ name, at }, i) => {
      const found = values({ ...rest, [axis.id]: name })
      const x = isPlaced ? (at ?? i) : i
      return found.length === 0 ? [] : [{ x, ...meanOfRepeats(found, LEVEL) }]
    })
    .sort((a, b) => a.x - b.x)
  const band = points.flatMap(({ x, mean, half }) =>
    half === undefined
      ? []
      : [{ x, low: round(Math.max(0, mean - half)), high: round(Math.min(100, mean + half)) }],
  )
  const name = Object.entries(rest)
    .map(([id, value]) => `${id} ${value}`)
    .join(', ')
  return {
    name: name === '' ? 'mean over seeds' : name,
    points: points.map(({ x, mean }) => [x, round(mean)] as const),
    ...(band.length > 1 && { band }),
  }
}

/** Five digits: what a chart can show. */
function round(value: number): number {
  return Number(value.toPrecision(5))
}
