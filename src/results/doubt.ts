import { z } from 'zod'

/**
 * Something that may make a number wrong and that the program can't decide: it is said in the output, kept in the
 * results and shown in the report. What is certainly wrong is an error instead.
 */
export const doubtSchema = z.strictObject({
  /** what is doubted: `pairs`, `range`, `alignment`, `features` .. */
  kind: z.string(),
  /** the model, test set or dataset that it is about */
  about: z.string(),
  /** what was seen, what it may mean, and what to do: one sentence or two */
  text: z.string(),
})
export type Doubt = z.infer<typeof doubtSchema>
