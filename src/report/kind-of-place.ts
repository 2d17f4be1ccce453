import { type Point, pointName } from '../results/grid.js'

/** What the cells of a place in a grid are called together, which differ by their seed: `grid: sigma 0.3`. */
export function kindOfPlace(run: string, point: Point): string {
  return [run, pointName(point)].filter((part) => part !== '').join(': ')
}

/** What a figure says of its lines' colours. */
export function captionOfKinds(lines: readonly { readonly kind?: string }[]): string {
  const kinds = lines.flatMap(({ kind }) => kind ?? [])
  return new Set(kinds).size < kinds.length ? 'Lines of one colour differ by the seed.' : ''
}
