import { homedir } from 'node:os'
import { asInputError, InputError } from '../errors.js'
import { printable, printableText } from '../printable.js'
import { createProgram } from './commands.js'
import { hasFlag } from './current-command.js'
import { exitCodeOfSignal, heedSignals } from './interruption.js'

/** Exit codes of commands that fail, where 1 says something else: `compare` ends with 1 at a regression. */
const FAILURES: Readonly<Record<string, number>> = { compare: 2 }

/** One line for what a user can mend, the whole story for what is a bug of this program. */
function explain(thrown: unknown): string {
  const error = asInputError(thrown)
  if (error instanceof InputError)
    return [
      ...error.listing.map((name) => `  ${printable(name)}`),
      `error: ${error.messageFor(hasFlag)}`,
    ].join('\n')
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `a bug in vec2face-bench, please report it with this text:\n${printableText(story)}`
}

/** A user without an account on the machine (a container that runs under some number) has no home; libraries ask for it. */
function requireHome(): void {
  try {
    homedir()
  } catch {
    process.env.HOME = '/nonexistent'
  }
}

/** A reader that has seen enough (`| head`) is no error; a disk without room is one. */
function onBrokenOutput(error: NodeJS.ErrnoException): never {
  // What the command found before its reader had seen enough stays its answer.
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`${explain(asInputError(error, 'the output'))}\n`)
  process.exit(FAILURES[process.argv[2]] ?? 1)
}

process.stdout.on('error', onBrokenOutput)
// Nobody is left to be told.
process.stderr.on('error', () => {})

// libvips looks for it as it is loaded: its warnings are no words of this program.
process.env.VIPS_WARNING ??= '1'

requireHome()
heedSignals()

// Node's code for a program in which nothing goes on though something is waited for.
const STUCK = 13
process.on('exit', (code) => {
  if (code !== STUCK) return
  process.stderr.write('a bug in vec2face-bench, please report it: the command ended before its work did\n')
  process.exitCode = FAILURES[process.argv[2]] ?? 1
})

try {
  const program = await createProgram(process.argv.slice(2))
  await program.parseAsync()
  const code = exitCodeOfSignal()
  // What still waits, for a Redis that is gone, isn't waited for.
  if (code !== undefined) process.exit(code)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = FAILURES[process.argv[2]] ?? 1
}
