import { z } from 'zod'
import { curveSchema } from './curve.js'
import { pointSchema } from './grid.js'
import { listOf } from './list-of.js'

/** Points of a curve that results keep: what a chart can show. */
export const MOST_POINTS = 400

/** How a network was trained, and how that went. */
export const trainingSchema = z.strictObject({
  /** `sigma 0.3 alone, seed 1` */
  name: z.string(),
  /** SHA-256 of the network that came of it */
  network: z.string().regex(/^[0-9a-f]{64}$/),
  /** what trained it: the spec's own words, with what they leave out filled in */
  recipe: z.json(),
  seed: z.int(),
  /** id of the dataset among the results', or its path */
  dataset: z.string(),
  /** its place in the run's grid, where it has one */
  point: pointSchema.optional(),
  /** each over steps, of at most {@link MOST_POINTS} points; the same names mean the same */
  curves: listOf(curveSchema.refine(({ x, y }) => x.length === y.length && x.length <= MOST_POINTS)),
})
export type Training = z.infer<typeof trainingSchema>
