import type { z } from 'zod'
import { InputError } from '../../errors.js'
import { type GridResult, type Point, pointName } from '../../results/grid.js'
import { describeIssue } from '../../yaml-file.js'
import { type CellSpec, cellSpecSchema } from './cell-spec.js'
import type { AxisSpec } from './grid-spec.js'

/** A grid beyond this is a mistake in an axis. */
const MOST_CELLS = 100_000

/** One point of a grid with one seed. */
export interface GridCell {
  readonly point: Point
  readonly seed: number
  /** `sigma 0.3 alone, seed 2` */
  readonly name: string
  readonly spec: CellSpec
}

interface AxisValue {
  readonly name: string | number
  readonly at?: number
  readonly set: Readonly<Record<string, unknown>>
}

/** A value as one that says what it sets. */
function valuesOf({ path, values }: AxisSpec): AxisValue[] {
  return values.map((value) => {
    if (typeof value === 'object') {
      const { name, at, set } = value
      return { name, set, ...(at !== undefined && { at }) }
    }
    return { name: value, set: { [path ?? '']: value }, ...(typeof value === 'number' && { at: value }) }
  })
}

/** The axes as results keep them. */
export function axesOfResult(axes: Readonly<Record<string, AxisSpec>>): GridResult['axes'] {
  return Object.entries(axes).map(([id, axis]) => ({
    id,
    title: axis.title ?? id,
    values: valuesOf(axis).map(({ name, at }) => ({ name, ...(at !== undefined && { at }) })),
  }))
}

/** Every combination of the axes' values, the first axis varying slowest. */
function combinations(axes: readonly (readonly [string, AxisValue[]])[]): (readonly [string, AxisValue])[][] {
  return axes.reduce<(readonly [string, AxisValue])[][]>(
    (points, [id, values]) =>
      points.flatMap((point) => values.map((value) => [...point, [id, value] as const])),
    [[]],
  )
}

/**
 * The cells of a grid: each point with each seed, seeds varying fastest.
 * @throws InputError where a value does not fit the cell, two of an axis have one name, or there are too many
 */
export function expandGrid(
  grid: {
    readonly axes: Readonly<Record<string, AxisSpec>>
    readonly cell: Readonly<Record<string, unknown>>
    readonly seeds: readonly number[]
  },
  where: string,
): GridCell[] {
  const axes = Object.entries(grid.axes).map(([id, axis]) => [id, valuesOf(axis)] as const)
  requireNames(axes, grid.seeds, where)
  const count = axes.reduce((product, [, { length }]) => product * length, grid.seeds.length)
  if (count > MOST_CELLS)
    throw new InputError(
      `the axes make ${count.toLocaleString('en')} cells, more than ${MOST_CELLS.toLocaleString('en')}`,
      where,
      'leave values out',
    )
  return combinations(axes).flatMap((values) => {
    const point = Object.fromEntries(values.map(([id, { name }]) => [id, name]))
    const spec = cellOf(grid.cell, values, `${where} (${pointName(point) || 'cell'})`)
    return grid.seeds.map((seed) => ({
      ...{ point, seed, spec },
      name: [pointName(point), `seed ${seed}`].filter((part) => part !== '').join(', '),
    }))
  })
}

function requireNames(
  axes: readonly (readonly [string, AxisValue[]])[],
  seeds: readonly number[],
  where: string,
): void {
  for (const [id, values] of [...axes, ['seeds', seeds.map((name) => ({ name }))] as const]) {
    const names = values.map(({ name }) => String(name))
    const twice = names.find((name, i) => names.indexOf(name) < i)
    if (twice !== undefined)
      throw new InputError(`'${twice}' is there twice in '${id}'`, where, 'name every value once')
    if (id === 'seed') throw new InputError("an axis can't be called 'seed'", where, "use 'seeds'")
  }
}

/** The cell with the values of a point in it. @throws InputError that names the point and the key */
function cellOf(
  base: Readonly<Record<string, unknown>>,
  values: readonly (readonly [string, AxisValue])[],
  where: string,
): CellSpec {
  const cell: Record<string, unknown> = structuredClone(base)
  for (const [axis, { set }] of values) {
    for (const [path, value] of Object.entries(set)) setAt(cell, path, structuredClone(value), axis, where)
  }
  const parsed: z.ZodSafeParseResult<CellSpec> = cellSpecSchema.safeParse(cell)
  if (parsed.success) return parsed.data
  throw new InputError(describeIssue(parsed.error.issues[0]), where, "mend 'cell', or what the axis sets")
}

function setAt(
  cell: Record<string, unknown>,
  path: string,
  value: unknown,
  axis: string,
  where: string,
): void {
  const keys = path.split('.')
  const last = keys.pop() ?? path
  let inner = cell
  for (const key of keys) {
    const next = Object.hasOwn(inner, key) ? inner[key] : {}
    if (next === null || typeof next !== 'object' || Array.isArray(next))
      throw new InputError(
        `axis '${axis}' sets '${path}', and '${key}' holds no keys`,
        where,
        'correct the path',
      )
    inner[key] = next
    inner = next as Record<string, unknown>
  }
  // null takes a key out: `generate.attrop: null`.
  if (value === null) delete inner[last]
  else inner[last] = value
}
