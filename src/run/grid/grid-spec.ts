import { z } from 'zod'

const name = z.string().min(1)
const point = z.record(name, z.union([z.string(), z.number()]))

const namedValueSchema = z.strictObject({
  /** what tables and results call it */
  name: z.union([name, z.number()]),
  /** where it stands on a curve's axis; values without a place stand in their order */
  at: z.number().optional(),
  /** keys of the cell by their path, and what they become: `generate.sigma: { "0.3": 1 }` */
  set: z.record(z.string().regex(/^[^.]+(\.[^.]+)*$/, 'a path is keys with dots between them'), z.unknown()),
})

export const axisSchema = z
  .strictObject({
    /** heads a curve's axis; the axis's id by default */
    title: name.optional(),
    /** the key of the cell that plain values become: `generate.identities` */
    path: name.optional(),
    /** numbers and words for `path`, or values that say what they set */
    values: z.array(z.union([z.number(), name, namedValueSchema])).min(1),
  })
  .superRefine(({ path, values }, context) => {
    if (path === undefined && values.some((value) => typeof value !== 'object'))
      context.addIssue({
        code: 'custom',
        path: ['path'],
        message: "plain values need the key that they become: give the axis a 'path'",
      })
  })

const needSchema = z
  .strictObject({
    /** the cells that should be better, by their values: `{ sigma: mix }` */
    above: point,
    /** the cells that they are held against */
    below: point,
    /** by more than so many points */
    by: z.number().default(0),
    /** or by at most so many: past a point, more no longer helps */
    atMost: z.number().optional(),
    /** ids of test sets; all of the first table by default */
    on: z.array(name).min(1).optional(),
  })
  .refine(({ by, atMost }) => by === 0 || atMost === undefined, {
    message: "'by' and 'atMost' ask for opposite things: give one",
  })

export const claimSpecSchema = z.strictObject({
  /** one of the paper's (benchmarks/paper/claims.csv), or one of your own */
  id: name,
  /** what is claimed, in words; the paper's by default */
  text: name.optional(),
  /** it is supported where all of them hold, contradicted where one is beyond its interval */
  needs: z.array(needSchema).min(1),
})

/** What makes a spec a grid: axes, the cell that they vary, and how often each is repeated. */
export const gridKeys = {
  axes: z.record(
    z.string().regex(/^[a-z][a-zA-Z0-9-]*$/, 'an axis has letters, digits and hyphens'),
    axisSchema,
  ),
  /** what is made at each point: dataset, recogniser, measurements; checked with each point's values in it */
  cell: z.record(z.string(), z.unknown()),
  /** each cell is made anew with each of them: vectors, noise, first weights */
  seeds: z.array(z.int().nonnegative()).min(1),
  claims: z.array(claimSpecSchema),
}
export type AxisSpec = z.infer<typeof axisSchema>
export type ClaimSpec = z.infer<typeof claimSpecSchema>
