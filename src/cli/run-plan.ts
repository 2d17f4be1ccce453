import type { GridOverview } from '../run/grid/overview.js'
import type { RunPlan } from '../run/run-plan.js'
import type { PlannedStep } from '../run/steps.js'
import { fitColumns, outputWidth } from './fitted-columns.js'
import { printSentence } from './fitted-output.js'
import { longDuration, printPlan } from './grid-plan.js'
import { log, print, printJson } from './output.js'

/** What a run would do: its steps, then its grid. */
export function printPlans(
  name: string,
  plan: RunPlan,
  overview: GridOverview | undefined,
  json: boolean | undefined,
): void {
  if (json === true) {
    printJson({ ...(overview ?? { cells: [] }), ...plan })
    return
  }
  if (plan.steps.length > 0 || overview === undefined) printSteps(name, plan)
  if (overview !== undefined) printPlan(name, overview)
}

function printSteps(name: string, { steps, missing }: RunPlan): void {
  printSentence(`${name}: ${costOf(steps)}`)
  const rows = steps.map((step) => ({ cells: [stateOf(step), timeOf(step), step.name] }))
  for (const line of fitColumns(rows, outputWidth(), { wrapped: 2 })) print(line)
  for (const { kind, id, howToGet } of missing) log(`missing ${kind} '${id}': ${howToGet}`)
}

function stateOf({ kept }: PlannedStep): string {
  if (kept === undefined) return 'to do or kept'
  return kept ? 'kept' : 'to do'
}

function timeOf({ kept, seconds, measured }: PlannedStep): string {
  if (kept !== false || seconds === undefined) return ''
  return `${measured === true ? '' : '~'}${longDuration(seconds)}`
}

/** What the steps come to, in a sentence. */
function costOf(steps: readonly PlannedStep[]): string {
  const toDo = steps.filter(({ kept }) => kept !== true)
  const seconds = toDo.reduce((sum, step) => sum + (step.seconds ?? 0), 0)
  const unknown = toDo.filter((step) => step.seconds === undefined).length
  const guessed = toDo.some(({ measured }) => measured === false)
  if (steps.length === 0) return 'nothing of it is here'
  if (toDo.length === 0) return `${steps.length} steps, all kept`
  const time = `about ${longDuration(seconds)} on this machine${guessed ? ' (~: a guess)' : ''}`
  const rest = unknown === 0 ? '' : `; how long ${unknown} of them take isn't known before`
  const known = unknown === toDo.length ? '' : ` in ${time}`
  return `${steps.length} steps, ${steps.length - toDo.length} kept, ${toDo.length} to do${known}${rest}`
}
