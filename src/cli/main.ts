#!/usr/bin/env node
import { Command } from 'commander'
import { asInputError, InputError } from '../errors.js'
import { PROGRAM } from '../results/provenance.js'
import { registerDatasets } from './datasets.js'
import { registerDoctor } from './doctor.js'
import { registerFeatures } from './features.js'
import { registerGenerate } from './generate.js'
import { registerMetrics } from './metrics.js'
import { registerModels } from './models.js'
import { registerReport } from './report.js'
import { registerRun } from './run.js'
import { registerVerify } from './verify.js'

/** The command line. Commands print results to stdout, everything else to stderr; they exit with 1 at bad input. */
export function createProgram(): Command {
  const program = new Command('vec2face-bench')
    .description(
      'Evaluation harness for synthetic face-recognition training sets (Vec2Face, arXiv 2409.02979)',
    )
    .version(PROGRAM.version)
    .showHelpAfterError("(add --help for the command's options)")
    .configureHelp({ showGlobalOptions: false })
  registerRun(program)
  registerVerify(program)
  registerReport(program)
  registerDatasets(program)
  registerFeatures(program)
  registerGenerate(program)
  registerMetrics(program)
  registerModels(program)
  registerDoctor(program)
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
  await createProgram().parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
