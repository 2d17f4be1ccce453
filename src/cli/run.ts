import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import { FeatureCache } from '../features/cache.js'
import { parseShard } from '../generate/shards.js'
import type { Provider } from '../models/session.js'
import { writeReport } from '../report/render.js'
import { writeResults } from '../results/file.js'
import type { Results } from '../results/schema.js'
import { askedIds } from '../run/asked-ids.js'
import { demoWorld } from '../run/demo-sources.js'
import { planSpec } from '../run/grid/plan-spec.js'
import { specPath } from '../run/named-specs.js'
import type { RunOptions } from '../run/run-options.js'
import { planRun } from '../run/run-plan.js'
import { runSpec } from '../run/run-spec.js'
import { firstOf } from '../run/sources.js'
import { loadSpec, modelIdsOf, withSeeds } from '../run/spec.js'
import { packagedCatalogue } from '../run/stock.js'
import { addFacesOptions, facesOf } from './faces-option.js'
import { requireCheap } from './grid-plan.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  cacheOption,
  jsonOption,
  numberList,
  providerOption,
  quietOption,
  threadsOption,
  wholeNumber,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile, outputFolder, prepareFile } from './output-option.js'
import { checkNames, pathsOf, pathsOption } from './paths-option.js'
import { terminalProgress } from './progress-bar.js'
import { makeSideBySide } from './run-at-once.js'
import { printPlans } from './run-plan.js'
import { produceCells, runShard, runWorker } from './run-pool.js'

const EXAMPLES = `
Examples:
  What a run would do, what of it is kept, and how long the rest takes:
    $ vec2face-bench run table1 --dry-run
  What an ablation comes to, and the ablation (docs/ablations.md):
    $ vec2face-bench run benchmarks/demo-sigma.yaml --dry-run
    $ vec2face-bench run benchmarks/demo-sigma.yaml --report reports/demo-sigma
  With more seeds, which see smaller differences; what is made is kept:
    $ vec2face-bench run demo-sigma --seeds 1-6
  Two cells side by side, a core each:
    $ vec2face-bench run demo-sigma --at-once 2
  The same on a Slurm array, or by workers on machines that share a cache:
    $ sbatch --array=1-9 --wrap 'vec2face-bench run grid.yaml --cache /shared/cache --shard $SLURM_ARRAY_TASK_ID/9'
    $ vec2face-bench run grid.yaml --cache /shared/cache --redis redis://queue:6379 --work     (on every machine)
    $ vec2face-bench run grid.yaml --cache /shared/cache --redis redis://queue:6379
  The paper's Table 1 with the recognisers and test sets that your paths file names:
    $ vec2face-bench run table1 --paths paths.yaml --out results/table1.json
    $ vec2face-bench report results/table1.json --out reports/table1`

interface RunFlags {
  paths?: string
  out?: string
  provider: Provider
  threads?: number
  cache: string
  pairsPerFold?: number
  allPairs?: boolean
  seeds?: readonly number[]
  report?: string
  faces?: boolean
  dryRun?: boolean
  shard?: string
  redis?: string
  atOnce?: number
  work?: boolean
  yes?: boolean
  json?: boolean
  quiet?: boolean
}

/** `run`: executes a spec and writes its results. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .argument('<spec>', "a benchmark: YAML, or a name of 'specs list'")
    .summary('execute a spec and write its results')
    .description('Executes a spec: measures what it names with what is there, and writes one results JSON.')
    .addOption(pathsOption())
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
    .addOption(
      new Option(
        '--seeds <list>',
        "repeat a grid's cells with these, as in 1-6 or 1,2,3, whatever the spec says",
      ).argParser(numberList),
    )
    .option(
      '--dry-run',
      'print the steps, which of them are kept, what is missing and how long the rest takes, and make nothing',
    )
    .addOption(
      new Option('--shard <i/n>', "make only this share of a grid's cells, into the cache").conflicts([
        'redis',
      ]),
    )
    .addOption(
      new Option(
        '--at-once <n>',
        "a grid's cells that are made side by side, each on its share of the threads: small networks are trained faster so",
      )
        .argParser(wholeNumber(1))
        .conflicts(['shard', 'redis', 'work']),
    )
    .option('--redis <url>', "let workers make a grid's cells: queues them there, and waits")
    .option('--work', 'be such a worker: make cells that were queued (needs --redis)')
    .option('--yes', 'begin a grid that will take long')
    .addOption(outputFolder('--report <folder>', 'render the report too, and print its page last'))
  addFacesOptions(command)
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(asked: string, flags: RunFlags): Promise<void> {
  const path = specPath(asked)
  const read = await loadSpec(path)
  const loaded = flags.seeds === undefined ? read : withSeeds(read, flags.seeds)
  const paths = await pathsOf(flags.paths)
  if (paths !== undefined) checkNames(paths, askedIds(loaded.spec), await packagedCatalogue())
  const sources = firstOf([...(paths === undefined ? [] : [paths.sources]), demoWorld])
  const out = flags.out ?? join('results', `${loaded.spec.name}.json`)
  const threads = flags.threads ?? availableParallelism()
  const options: RunOptions = {
    sources,
    session: { provider: flags.provider, threads: Math.max(1, Math.floor(threads / (flags.atOnce ?? 1))) },
    cacheFolder: flags.cache,
    cache: new FeatureCache(join(flags.cache, 'features'), log),
    progress: terminalProgress(flags.quiet),
    command: process.argv.slice(2),
    ...(flags.allPairs === true
      ? { pairsPerFold: 'all' as const }
      : flags.pairsPerFold !== undefined && { pairsPerFold: flags.pairsPerFold }),
    faces: facesOf(flags),
    log,
    onPartial: (partial) => writeResults(`${out}.partial`, partial),
    ...(flags.quiet !== true && { onMade: log }),
  }
  const overview = await planSpec(loaded, options, flags.atOnce)
  if (flags.dryRun === true) {
    printPlans(
      loaded.spec.name,
      await planRun(loaded, modelIdsOf(loaded.spec), options),
      overview,
      flags.json,
    )
    return
  }
  if (overview !== undefined && flags.yes !== true) requireCheap(overview, path)
  interruptedRunGoesOn()
  if (flags.shard !== undefined) return runShard(loaded, parseShard(flags.shard, '--shard'), options)
  if (flags.work === true) return runWorker(loaded, redisOf(flags), options)
  await prepareFile(out)
  if ((flags.atOnce ?? 1) > 1) await makeSideBySide(loaded, flags.atOnce ?? 1, options)
  const failedCells = flags.redis === undefined ? undefined : await produceCells(loaded, flags.redis, options)
  const results = await runSpec(loaded, { ...options, ...(failedCells && { failedCells }) })
  await writeResults(out, results)
  log(`${results.evaluations.length} verifications, ${results.missing.length} models and data sets missing`)
  await rm(`${out}.partial`, { force: true })
  if (flags.json === true) printJson(results)
  else print(out)
  if (flags.report !== undefined) {
    await writeReport([results], flags.report)
    print(join(flags.report, 'index.html'))
  }
  requireWhole(results, path)
}

function redisOf({ redis }: RunFlags): string {
  if (redis !== undefined) return redis
  throw new InputError('a worker takes its cells from a queue', '--work', 'name it with --redis')
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
