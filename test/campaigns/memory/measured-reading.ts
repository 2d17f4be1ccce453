// node .. measured-reading.ts READER FILE: reads a file and prints what that took, as a line of JSON.
import { judge, type Outcome } from '../fuzz/outcome.js'
import { FUZZED_READERS } from '../fuzz/readers/list.js'

/** What the reading of one file took. */
export interface MeasuredReading {
  readonly outcome: Outcome
  /** bytes that the process takes before it reads, and at most */
  readonly before: number
  readonly peak: number
  /** of processor time */
  readonly seconds: number
}

const peak = (): number => process.resourceUsage().maxRSS * 1024

const [, , id, path] = process.argv
const reader = FUZZED_READERS.find((known) => known.id === id)
if (reader === undefined) throw new Error(`no reader '${id}'`)
const before = peak()
const cpu = process.cpuUsage()
const outcome: Outcome = await reader.read(path).then(
  () => ({ kind: 'read' as const }),
  (error: unknown) => judge(error),
)
const { user, system } = process.cpuUsage(cpu)
const measured: MeasuredReading = { outcome, before, peak: peak(), seconds: (user + system) / 1e6 }
console.log(JSON.stringify(measured))
