import { parkThreads } from '../threads/thread-pool.js'
import { log } from './output.js'
import { endProgress } from './progress-bar.js'

/** Exit codes of a process that a signal ended, as shells count: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof EXIT_CODES

/** What the command at hand told of itself. */
let goesOn = false
let stopping: { readonly note: string; readonly controller: AbortController } | undefined
let heeded: Signal | undefined

/** From now on an interrupted run of this command loses nothing: the next one goes on where it stopped. */
export function interruptedRunGoesOn(): void {
  goesOn = true
}

/**
 * From now on the first signal doesn't end the process: the work is told to end itself, and does so within seconds.
 * @param note what is said at the signal
 */
export function stopGently(note: string): AbortSignal {
  stopping = { note, controller: new AbortController() }
  return stopping.controller.signal
}

/**
 * Ends the process at Ctrl-C and at SIGTERM as a user expects it: the terminal as it was, nothing half-written left,
 * and a word on how to go on, where that is so.
 */
export function heedSignals(): void {
  for (const signal of Object.keys(EXIT_CODES) as Signal[]) process.on(signal, () => onSignal(signal))
}

/** The exit code that a signal asked for, where one came and the work ended itself. */
export function exitCodeOfSignal(): number | undefined {
  return heeded && EXIT_CODES[heeded]
}

function onSignal(signal: Signal): void {
  endProgress()
  if (stopping !== undefined && heeded === undefined) {
    heeded = signal
    log(stopping.note)
    stopping.controller.abort()
    return
  }
  log(goesOn ? 'interrupted; run the same command again: it goes on where it stopped' : 'interrupted')
  void endBy(signal)
}

/** Milliseconds that threads get for the batch that they are at. */
const LONGEST_BATCH = 3_000

/**
 * What was being written under a temporary name is removed as the process exits. Where a thread is busy for longer, the
 * process ends by the signal itself, which shells count alike and which no network can turn into an abort.
 */
async function endBy(signal: Signal): Promise<void> {
  for (const each of Object.keys(EXIT_CODES)) process.removeAllListeners(each)
  if (await parkThreads(LONGEST_BATCH)) process.exit(EXIT_CODES[signal])
  process.emit('exit', EXIT_CODES[signal])
  process.kill(process.pid, signal)
}
