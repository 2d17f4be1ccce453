import type { z } from 'zod'

/**
 * What the learning rate is multiplied by as a run goes on. Adding one: a file that exports it, and its line in `list.ts`.
 */
export interface ScheduleDeclaration<Id extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly id: Id
  readonly title: string
  /** its keys in a spec, `kind` among them; moments are in the unit that the run's length is given in */
  readonly options: Schema
  /**
   * @param now the moment, from 0 on
   * @param end the run's length
   */
  factor(now: number, end: number, options: z.output<Schema>): number
}

/** Keeps the types of a declaration. */
export function declareSchedule<Id extends string, Schema extends z.ZodType>(
  schedule: ScheduleDeclaration<Id, Schema>,
): ScheduleDeclaration<Id, Schema> {
  return schedule
}
