import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { InputError } from '../../errors.js'
import { printable } from '../../printable.js'

/** Milliseconds between lines of its log that are passed on, and that a process has to end itself. */
const SAY_EVERY = 5_000
const FAREWELL = 10_000
/** Lines of a failure that are shown, and characters of each. */
const LAST_LINES = 5
const LINE = 160

export interface FollowOptions {
  /** what messages call it */
  readonly name: string
  readonly folder: string
  /** file that all of its output goes to */
  readonly logFile: string
  /** seconds without a line after which it is taken for hung */
  readonly silence: number
  readonly log: (line: string) => void
}

/**
 * Runs a line of the shell to its end, and passes its output on.
 * @throws InputError with its last lines where it fails, or says nothing for too long (it is ended then, with all that
 * it began)
 */
export async function followProcess(command: string, options: FollowOptions): Promise<void> {
  const { name, folder, logFile, silence, log } = options
  const child = spawn(command, {
    ...{ shell: true, cwd: folder, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const file = createWriteStream(logFile)
  const last: string[] = []
  let heard = performance.now()
  let said = Number.NEGATIVE_INFINITY
  const hear = (line: string): void => {
    heard = performance.now()
    file.write(`${line}\n`)
    if (line.trim() === '') return
    last.push(printable(line.trim(), LINE))
    if (last.length > LAST_LINES) last.shift()
    if (heard - said < SAY_EVERY) return
    said = heard
    log(`${name}: ${printable(line.trim(), LINE)}`)
  }
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear)
  const endAll = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
  const onExit = (): void => endAll('SIGKILL')
  process.once('exit', onExit)
  let hung = false
  const watch = setInterval(() => {
    if (hung || performance.now() - heard < silence * 1000) return
    hung = true
    endAll('SIGTERM')
    setTimeout(() => endAll('SIGKILL'), FAREWELL).unref()
  }, 250)
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(`could not be started: ${message}`))
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : signal ? `was ended by ${signal}` : `ended with exit code ${code}`)
    })
  })
  clearInterval(watch)
  process.off('exit', onExit)
  await new Promise((resolve) => file.end(resolve))
  const how = hung ? `said nothing for ${silence} seconds and was ended` : ended
  if (how === undefined) return
  const lines = last.length === 0 ? 'it said nothing' : `its last lines: ${last.join(' | ')}`
  throw new InputError(`the trainer ${how}; ${lines}`, name, `${logFile} has all of its output`)
}
