import { z } from 'zod'
import { recogniserSpecSchema } from '../../training/recogniser-spec.js'

/** How a cell's recogniser is trained. */
export const trainSpecSchema = z
  .strictObject({
    /** by this program: what `train recogniser --spec` reads; the seed is the cell's */
    inside: recogniserSpecSchema.optional(),
    /** or by a program that is not this one: its id under `trainers:` of the paths file */
    outside: z.string().min(1).optional(),
    /** what the command of such a program has in braces beside what this one fills in: `{epochs}` */
    values: z.record(z.string().regex(/^[a-zA-Z][\w-]*$/), z.union([z.string(), z.number()])).default({}),
  })
  .refine(({ inside, outside }) => (inside === undefined) !== (outside === undefined), {
    message: "say who trains: give 'inside' or 'outside'",
  })
  .refine(({ inside, values }) => inside === undefined || Object.keys(values).length === 0, {
    message: "'values' are for a trainer outside",
    path: ['values'],
  })
export type TrainSpec = z.infer<typeof trainSpecSchema>
