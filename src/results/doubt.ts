import { z } from 'zod'

/** A doubt of `src/doubt.ts` in results; other versions may know other kinds. */
export const doubtSchema = z.strictObject({
  /** what is doubted: `pairs`, `range`, `alignment`, `features` .. */
  kind: z.string(),
  /** the model, test set or dataset that it is about */
  about: z.string(),
  /** what was seen, what it may mean, and what to do: one sentence or two */
  text: z.string(),
})
export type Doubt = z.infer<typeof doubtSchema>
