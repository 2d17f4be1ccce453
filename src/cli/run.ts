import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import { FeatureCache } from '../features/cache.js'
import type { Provider } from '../models/session.js'
import { writeReport } from '../report/render.js'
import { writeResults } from '../results/file.js'
import type { Results } from '../results/schema.js'
import { demoWorld } from '../run/demo-sources.js'
import { planSpec } from '../run/grid/plan-spec.js'
import { readPathsFile } from '../run/paths-file.js'
import { type RunOptions, runSpec } from '../run/run-spec.js'
import { firstOf } from '../run/sources.js'
import { loadSpec } from '../run/spec.js'
import { printPlan, requireCheap } from './grid-plan.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  cacheOption,
  jsonOption,
  providerOption,
  quietOption,
  threadsOption,
  wholeNumber,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile, outputFolder, prepareFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

const EXAMPLES = `
Examples:
  What an ablation comes to, and the ablation (docs/ablations.md):
    $ vec2face-bench run benchmarks/demo-sigma.yaml --dry-run
    $ vec2face-bench run benchmarks/demo-sigma.yaml --report reports/demo-sigma
  The paper's Table 1 with the recognisers and test sets that your paths file names:
    $ vec2face-bench run benchmarks/table1.yaml --paths paths.yaml --out results/table1.json
    $ vec2face-bench report results/table1.json --out reports/table1`

interface RunFlags {
  paths?: string
  out?: string
  provider: Provider
  threads?: number
  cache: string
  pairsPerFold?: number
  allPairs?: boolean
  report?: string
  dryRun?: boolean
  yes?: boolean
  json?: boolean
  quiet?: boolean
}

/** `run`: executes a spec and writes its results. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .argument('<spec>', 'a benchmark: YAML')
    .summary('execute a spec and write its results')
    .description('Executes a spec: measures what it names with what is there, and writes one results JSON.')
    .option('--paths <file>', 'YAML that says where your models and data lie')
    .addOption(outputFile('--out <file.json>', 'the results (default: results/NAME.json)', ['.json']))
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(cacheOption())
    .addOption(
      new Option('--pairs-per-fold <n>', 'pairs of each fold, of test sets made on demand').argParser(
        wholeNumber(2),
      ),
    )
    .option('--all-pairs', 'all pairs of test sets made on demand, whatever the spec says')
    .option('--dry-run', 'print what a grid comes to and what of it is kept, and make nothing')
    .option('--yes', 'begin a grid that will take long')
    .addOption(outputFolder('--report <folder>', 'render the report too, and print its page last'))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(specPath: string, flags: RunFlags): Promise<void> {
  const loaded = await loadSpec(specPath)
  const sources = firstOf([
    ...(flags.paths === undefined ? [] : [await readPathsFile(flags.paths)]),
    demoWorld,
  ])
  const out = flags.out ?? join('results', `${loaded.spec.name}.json`)
  const options: RunOptions = {
    sources,
    session: { provider: flags.provider, threads: flags.threads ?? availableParallelism() },
    cacheFolder: flags.cache,
    cache: new FeatureCache(join(flags.cache, 'features'), log),
    progress: terminalProgress(flags.quiet),
    command: process.argv.slice(2),
    ...(flags.allPairs === true
      ? { pairsPerFold: 'all' as const }
      : flags.pairsPerFold !== undefined && { pairsPerFold: flags.pairsPerFold }),
    log,
    onPartial: (partial) => writeResults(`${out}.partial`, partial),
    ...(flags.quiet !== true && { onMade: log }),
  }
  const overview = await planSpec(loaded, options)
  if (flags.dryRun === true) {
    printPlan(loaded, overview, flags.json)
    return
  }
  if (overview !== undefined && flags.yes !== true) requireCheap(overview, specPath)
  await prepareFile(out)
  interruptedRunGoesOn()
  const results = await runSpec(loaded, options)
  await writeResults(out, results)
  log(`${results.evaluations.length} verifications, ${results.missing.length} models and data sets missing`)
  await rm(`${out}.partial`, { force: true })
  if (flags.json === true) printJson(results)
  else print(out)
  if (flags.report !== undefined) {
    await writeReport([results], flags.report)
    print(join(flags.report, 'index.html'))
  }
  requireWhole(results, specPath)
}

/** @throws InputError where cells of a grid failed; what is missing was told, as elsewhere */
function requireWhole({ grid }: Results, where: string): void {
  const failed = (grid?.cells ?? []).filter(({ failure }) => failure?.startsWith('missing:') === false)
  if (failed.length === 0) return
  throw new InputError(
    `${failed.length} of ${grid?.cells.length} cells failed, the first because: ${failed[0].failure}`,
    where,
    'the results have the others; the same command tries again',
  )
}
