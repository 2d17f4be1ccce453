import { z } from 'zod'

/** Numbers against numbers, to be drawn. */
export const curveSchema = z.strictObject({
  name: z.string(),
  x: z.array(z.number()),
  y: z.array(z.number()),
  xLabel: z.string(),
  yLabel: z.string(),
})
export type Curve = z.infer<typeof curveSchema>
