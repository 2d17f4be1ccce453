import type { z } from 'zod'
import type { Kind } from '../kinds.js'

/**
 * What the learning rate is multiplied by as a run goes on. Moments in its options are in the unit that the run's length is
 * given in. Adding one: a file that exports it, and its line in `list.ts`.
 */
export interface ScheduleDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType>
  extends Kind<Id, Schema> {
  /**
   * @param now the moment, from 0 on
   * @param end the run's length
   */
  factor(now: number, end: number, options: z.output<Schema>): number
}

/** Keeps the types of a declaration. */
export const declareSchedule = <Id extends string, S extends z.ZodType>(it: ScheduleDeclaration<Id, S>) => it
