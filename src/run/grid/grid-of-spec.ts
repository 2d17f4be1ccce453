import { InputError } from '../../errors.js'
import { type GridResult, type Point, pointName } from '../../results/grid.js'
import type { LoadedSpec, Spec } from '../spec.js'
import { axesOfResult, expandGrid, type GridCell } from './cells.js'

/** The cells of a spec; none where it is no grid. @throws InputError at a claim of what isn't there, too: not after hours */
export function cellsOf(loaded: LoadedSpec): GridCell[] {
  const { axes, cell, seeds = [loaded.spec.seed] } = loaded.spec
  if (cell === undefined) return []
  const cells = expandGrid({ axes, cell, seeds }, loaded.path)
  gridOf(loaded)
  return cells
}

/** The places of a grid, whatever the seed. */
export function pointsOf(cells: readonly GridCell[]): Point[] {
  return [...new Map(cells.map(({ point }) => [JSON.stringify(point), point])).values()]
}

/** A spec's grid as results keep it, without what its cells came to. @throws InputError at a claim of what isn't there */
export function gridOf({ spec, path }: LoadedSpec): Omit<GridResult, 'cells'> {
  const axes = axesOfResult(spec.axes)
  return { axes, seeds: spec.seeds ?? [spec.seed], claims: claimsOf(spec, axes, path) }
}

function claimsOf({ claims, tables }: Spec, axes: GridResult['axes'], where: string): GridResult['claims'] {
  const all = Object.keys(tables[0]?.columns ?? {})
  return claims.map(({ id, text = '', needs }) => ({
    id,
    text,
    needs: needs.map(({ above, below, by, atMost, on = all }) => {
      for (const point of [above, below]) requirePoint(point, axes, `${where} (claim '${id}')`)
      const unknown = on.find((set) => !tables.some(({ columns }) => Object.hasOwn(columns, set)))
      if (unknown !== undefined || on.length === 0)
        throw new InputError(
          `no table has the test set '${unknown ?? ''}'`,
          `${where} (claim '${id}')`,
          `there are ${all.join(', ')}`,
        )
      return { above, below, by, on, ...(atMost !== undefined && { atMost }) }
    }),
  }))
}

function requirePoint(point: Point, axes: GridResult['axes'], where: string): void {
  for (const [id, name] of Object.entries(point)) {
    const axis = axes.find((one) => one.id === id)
    if (axis === undefined)
      throw new InputError(
        `there is no axis '${id}'`,
        where,
        `the axes are ${axes.map((one) => one.id).join(', ')}`,
      )
    if (!axis.values.some((value) => value.name === name))
      throw new InputError(
        `${pointName({ [id]: name })} is no value of the axis`,
        where,
        `there are ${axis.values.map((value) => value.name).join(' · ')}`,
      )
  }
}
