import type { z } from 'zod'
import { kindOf, schemaOfKinds } from '../kinds.js'
import { constant } from './constant.js'
import { cosine } from './cosine.js'
import { polynomial } from './polynomial.js'
import type { ScheduleDeclaration } from './schedule.js'
import { step } from './step.js'

/** The schedules: one line each. */
export const SCHEDULES = [constant, step, cosine, polynomial] as const
export const scheduleSchema = schemaOfKinds(SCHEDULES)

export type ScheduleSpec = z.infer<typeof scheduleSchema>

/** A moment of a run, in the unit that its length is given in (epochs or steps). */
export interface Moment {
  /** from 0 on */
  readonly now: number
  /** the run's length */
  readonly end: number
  /** how long a step takes */
  readonly step: number
}

/** What the learning rate is multiplied by: what the schedule says, times a share that grows while the run warms up. */
export function rateFactor(spec: ScheduleSpec, { now, end, step }: Moment, warmUp: number): number {
  const schedule: ScheduleDeclaration = kindOf(SCHEDULES, spec)
  const warmth = warmUp > 0 ? Math.min(1, (now + step) / warmUp) : 1
  return warmth * schedule.factor(now, end, spec)
}
