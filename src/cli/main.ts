#!/usr/bin/env node
import { Command } from 'commander'
import { asInputError, InputError } from '../errors.js'
import { PROGRAM } from '../program.js'

/**
 * The commands, each loaded only when it is used: a command that needs no network shouldn't wait for onnxruntime.
 */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => unknown>>> = {
  run: async () => (await import('./run.js')).registerRun,
  verify: async () => (await import('./verify.js')).registerVerify,
  compare: async () => (await import('./compare.js')).registerCompare,
  trend: async () => (await import('./trend.js')).registerTrend,
  report: async () => (await import('./report.js')).registerReport,
  datasets: async () => (await import('./datasets.js')).registerDatasets,
  features: async () => (await import('./features.js')).registerFeatures,
  generate: async () => (await import('./generate.js')).registerGenerate,
  metrics: async () => (await import('./metrics.js')).registerMetrics,
  models: async () => (await import('./models.js')).registerModels,
  doctor: async () => (await import('./doctor.js')).registerDoctor,
}

/** The command line. Commands print results to stdout, everything else to stderr; they exit with 1 at bad input. */
async function createProgram(asked: string | undefined): Promise<Command> {
  const program = new Command('vec2face-bench')
    .description(
      'Evaluation harness for synthetic face-recognition training sets (Vec2Face, arXiv 2409.02979)',
    )
    .version(PROGRAM.version)
    .showHelpAfterError("(add --help for the command's options)")
    .configureHelp({ showGlobalOptions: false })
  const wanted = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
  for (const name of wanted) (await COMMANDS[name]())(program)
  return program
}

/** One line for what a user can mend, the whole story for what is a bug of this program. */
function explain(thrown: unknown): string {
  const error = asInputError(thrown)
  if (error instanceof InputError) return `error: ${error.message}`
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `a bug in vec2face-bench, please report it with this text:\n${story}`
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

try {
  const program = await createProgram(process.argv[2])
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
