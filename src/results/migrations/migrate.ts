import { fromVersion1 } from './version-1.js'
import { fromVersion2 } from './version-2.js'

/** Of each older version, from 1 on, what makes it the next. */
const STEPS: readonly ((json: unknown) => unknown)[] = [fromVersion1, fromVersion2]

/** Whether results of a version can be made ones of the newest. */
export function canMigrate(version: number): boolean {
  return version >= 1 && version <= STEPS.length
}

/** Results of an older version as ones of the newest, step by step. @throws ZodError where they are damaged */
export function migrate(json: unknown, version: number): unknown {
  return STEPS.slice(version - 1).reduce((results, step) => step(results), json)
}
