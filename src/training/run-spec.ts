import { z } from 'zod'
import { scheduleSchema } from './schedules/list.js'

/** What the spec of every run says of its length and pace. */
export const runKeys = {
  schedule: scheduleSchema.prefault({ kind: 'constant' }),
  /** how long the rate grows, in the unit of the run's length */
  warmUp: z.number().min(0).default(0),
  /** gradients of a larger length, all together, are shortened to it */
  clip: z.number().positive().optional(),
  /** the run's length: passes over the dataset */
  epochs: z.number().positive().optional(),
  /** the run's length, or steps */
  steps: z.int().positive().optional(),
  /** all random numbers come from it */
  seed: z.int().nonnegative().default(0),
  /** steps between two points of the curve */
  curveEvery: z.int().positive().default(20),
  /** steps between two checkpoints */
  checkpointEvery: z.int().positive().default(200),
}

/** What a user can do where there is no memory for a batch. */
export const SMALLER_BATCH = "use a smaller 'batch' in the spec"

/** Whether a spec gives the run's length once. */
export const hasOneLength = ({ epochs, steps }: Pick<RunSpec, 'epochs' | 'steps'>): boolean =>
  (epochs === undefined) !== (steps === undefined)
export const ONE_LENGTH = {
  message: "give the run's length: either 'epochs' or 'steps'",
  path: ['epochs'],
}

export type RunSpec = z.output<z.ZodObject<typeof runKeys>> & { readonly batch: number }
