import { Command } from 'commander'
import { useCores } from '../cores.js'
import { raiseLimits } from '../limits.js'
import { printableText } from '../printable.js'
import { PROGRAM } from '../program.js'
import { addCommands, type CommandList } from './command-list.js'
import { rememberCommand } from './current-command.js'
import { readyProviderOf, takeDefaultProvider } from './default-provider.js'
import { fittedHelp } from './fitted-help.js'
import { terminalWidth } from './fitted-output.js'
import { limitsOption, threadsOption } from './options.js'
import { writeAnswer } from './output.js'
import { AnswerOption, prepareOutputs } from './output-option.js'
import { addPrecision, usePrecision } from './precision-option.js'

const COMMANDS: CommandList = {
  run: async () => (await import('./run.js')).registerRun,
  verify: async () => (await import('./verify.js')).registerVerify,
  compare: async () => (await import('./compare.js')).registerCompare,
  trend: async () => (await import('./trend.js')).registerTrend,
  report: async () => (await import('./report.js')).registerReport,
  specs: async () => (await import('./specs.js')).registerSpecs,
  'test-sets': async () => (await import('./test-sets.js')).registerTestSets,
  datasets: async () => (await import('./datasets.js')).registerDatasets,
  features: async () => (await import('./features.js')).registerFeatures,
  train: async () => (await import('./train.js')).registerTrain,
  generate: async () => (await import('./generate.js')).registerGenerate,
  metrics: async () => (await import('./metrics.js')).registerMetrics,
  models: async () => (await import('./models.js')).registerModels,
  gradient: async () => (await import('./gradient.js')).registerGradient,
  cache: async () => (await import('./cache.js')).registerCache,
  doctor: async () => (await import('./doctor.js')).registerDoctor,
  completion: async () => (await import('./completion.js')).registerCompletion,
}

/** What every command understands: a script need not know which of them show progress, or write a file of their own. */
function makeAlike(command: Command): void {
  for (const inner of command.commands) makeAlike(inner)
  if (command.commands.length > 0) return
  const has = (flag: string): boolean => command.options.some(({ long }) => long === flag)
  if (has('--json') && !has('--out')) command.addOption(new AnswerOption())
  if (has('--provider') && !has('--threads')) command.addOption(threadsOption())
  if (!has('--quiet')) command.option('--quiet', 'no progress')
  command.addOption(limitsOption())
  addPrecision(command)
}

/** What uses all cores where nothing is said obeys `--threads`, too. */
function takeThreads(command: Command): void {
  const threads: unknown = command.getOptionValue('threads')
  if (typeof threads === 'number') useCores(threads)
}

function takeLimits(command: Command): void {
  const times: unknown = command.getOptionValue('limits')
  if (typeof times === 'number') raiseLimits(times)
}

/**
 * The command line. Commands print results to stdout, everything else to stderr; they exit with 1 at bad input.
 * @param words of the command line, which say what is loaded; without them it is all
 */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('vec2face-bench')
    .description(
      'Evaluation harness for synthetic face-recognition training sets (Vec2Face, arXiv 2409.02979)',
    )
    .version(PROGRAM.version)
    .showHelpAfterError("(add --help for the command's options)")
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      outputError: (text, write) => write(printableText(text)),
      writeOut: (text) => process.stdout.write(fittedHelp(text, terminalWidth())),
    })
    .hook('preAction', (_, command) => rememberCommand(command))
    .hook('preAction', (_, command) => takeLimits(command))
    .hook('preAction', async (_, command) => {
      await takeDefaultProvider(command)
      readyProviderOf(command)
    })
    .hook('preAction', (_, command) => takeThreads(command))
    .hook('preAction', (_, command) => prepareOutputs(command))
    .hook('preAction', (_, command) => usePrecision(command))
    .hook('postAction', writeAnswer)
  const [first = ''] = words
  // Loading them all takes a second, and a version has nothing to do with them.
  if (first === '--version' || first === '-V') return program
  // What a shell completes is all of them.
  await addCommands(program, COMMANDS, first === 'completion' ? [] : words)
  makeAlike(program)
  return program
}
