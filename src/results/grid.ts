import { z } from 'zod'
import { listOf, mapOf } from './list-of.js'

const name = z.union([z.string(), z.number()])

/** A place in a grid, or a part of it: names of values by their axis, `{ sigma: '0.3 alone' }`. */
export const pointSchema = mapOf(name)
export type Point = Readonly<z.infer<typeof pointSchema>>

/** `sigma 0.3 alone, images 10` */
export function pointName(point: Point): string {
  return Object.entries(point)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ')
}

/** Two sides of a grid, and by how much the first must be above the second, in points. */
export const gridNeedSchema = z.strictObject({
  above: pointSchema,
  below: pointSchema,
  by: z.number(),
  /** in place of `by`: the first is above by no more than this */
  atMost: z.number().optional(),
  /** ids of test sets, whose accuracies are averaged */
  on: listOf(z.string()).refine((list) => list.length > 0, 'names none'),
})
export type GridNeed = z.infer<typeof gridNeedSchema>

/** A grid of settings that the run went through: its cells' evaluations have `axes`. */
export const gridSchema = z.strictObject({
  axes: listOf(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      /** in the spec's order; `at` is the place on a curve's axis, where values have one */
      values: listOf(z.strictObject({ name, at: z.number().optional() })),
    }),
  ),
  seeds: listOf(z.int()),
  claims: listOf(z.strictObject({ id: z.string(), text: z.string(), needs: listOf(gridNeedSchema) })),
  cells: listOf(
    z.strictObject({
      point: pointSchema,
      seed: z.int(),
      /** ids of what was made there */
      dataset: z.string().optional(),
      model: z.string().optional(),
      /** why there is less than was asked for */
      failure: z.string().optional(),
    }),
  ),
})
export type GridResult = z.infer<typeof gridSchema>
