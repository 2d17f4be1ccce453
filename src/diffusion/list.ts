import { ddim } from './ddim.js'
import { dpmSolver } from './dpm-solver.js'
import { euler } from './euler.js'
import { lcm } from './lcm.js'
import type { Scheduler } from './scheduler.js'

/** The schedulers: one line each. */
export const SCHEDULERS: readonly Scheduler[] = [lcm, dpmSolver, ddim, euler]
export const SCHEDULER_IDS = SCHEDULERS.map(({ id }) => id) as [string, ...string[]]

/** @throws RangeError for a name that is not in the list */
export function schedulerOf(id: string): Scheduler {
  const found = SCHEDULERS.find((scheduler) => scheduler.id === id)
  if (found === undefined) throw new RangeError(`no scheduler '${id}'`)
  return found
}
