import { z } from 'zod'

/** How a cell's recogniser is trained. */
export const trainSpecSchema = z.strictObject({
  /** id under `trainers:` of the paths file: a program that is not this one */
  outside: z.string().min(1),
  /** what its command has in braces beside what this program fills in: `{epochs}` */
  values: z.record(z.string().regex(/^[a-zA-Z][\w-]*$/), z.union([z.string(), z.number()])).default({}),
})
export type TrainSpec = z.infer<typeof trainSpecSchema>
