import { z } from 'zod'
import { listOf } from './list-of.js'

/** Numbers against numbers, to be drawn. */
export const curveSchema = z.strictObject({
  name: z.string(),
  x: listOf(z.number()),
  y: listOf(z.number()),
  xLabel: z.string(),
  yLabel: z.string(),
})
export type Curve = z.infer<typeof curveSchema>
