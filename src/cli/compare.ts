import { appendFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { writeDurably } from '../bytes/files.js'
import { compareRuns, EXIT_CODES, type RunComparison } from '../compare/compare-runs.js'
import { DEFAULT_POLICY, readPolicy } from '../compare/policy.js'
import { type Renamed, withOldNames } from '../compare/renamed.js'
import { asInputError, InputError } from '../errors.js'
import { githubAnnotations } from '../report/regression/annotations.js'
import { comparisonJunit } from '../report/regression/junit.js'
import { comparisonMarkdown } from '../report/regression/markdown.js'
import { comparisonText } from '../report/regression/text.js'
import { readRuns } from '../results/runs.js'
import { fitColumns, outputWidth, wrapWords } from './fitted-columns.js'
import { collect, jsonOption } from './options.js'
import { log, print, printBold, printJson } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
Exit codes: 0 no regression, 1 regression, 2 could not compare.

Examples:
  $ vec2face-bench compare baseline.json new.json
  Another recogniser in its place:
    $ vec2face-bench compare r50.json r100.json --renamed r50=r100
  Several runs on either side (timings of the same dataset are pooled):
    $ vec2face-bench compare --base a1.json --base a2.json --new b1.json --new b2.json
  In a GitHub workflow: step summary, annotations, and JUnit for the test tab:
    $ vec2face-bench compare benchmarks/baselines/quickstart.json new.json --github --junit compare.xml
  Tolerances in a file:
    $ vec2face-bench compare baseline.json new.json --policy policy.yaml
    policy.yaml:  alpha: 0.005
                  metrics:
                    accuracy: { tolerance: 0.002 }           # a drop of 0.2 points is tolerated
                    imagesPerSecond: { relativeTolerance: 0.2 }
                    eer: { gate: true }                      # by default only watched`

interface CompareFlags {
  renamed?: Renamed[]
  base?: string[]
  new?: string[]
  policy?: string
  allowMissing?: boolean
  markdown?: string
  junit?: string
  github?: boolean
  all?: boolean
  json?: boolean
}

/** `compare`: tells whether new results are worse than a baseline. */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .argument('[base]', 'results JSON of the baseline')
    .argument('[new]', 'results JSON to judge')
    // 1 means a regression here: a wrong option must not look like one
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_CODES['could not compare']))
    .summary('tell whether new results are worse than a baseline')
    .description(
      'Compares every metric of two sides: difference, interval, and whether it is better, worse, the same, the same within noise, or too little data to say.',
    )
    .addOption(new Option('--base <file>', 'one more file of the baseline').argParser(collect))
    .addOption(new Option('--new <file>', 'one more file to judge').argParser(collect))
    .addOption(
      new Option(
        '--renamed <old=new>',
        'what the new results call otherwise: a recogniser, test set or dataset; may be repeated',
      ).argParser(collectRenamed),
    )
    .option('--policy <file>', 'YAML: tolerances by metric')
    .option('--allow-missing', 'do not fail over what could not be compared')
    .addOption(outputFile('--markdown <file>', 'write Markdown for a pull request'))
    .addOption(outputFile('--junit <file.xml>', 'write JUnit XML', ['.xml']))
    .option('--github', 'write the step summary ($GITHUB_STEP_SUMMARY) and annotations')
    .option('--all', 'show watched metrics that are the same within noise, too')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (base: string | undefined, next: string | undefined, flags: CompareFlags) => {
      const comparison = await compare(base, next, flags)
      // Before it is shown: a reader may go (`| head`).
      process.exitCode = EXIT_CODES[comparison.outcome]
      await show(comparison, flags)
    })
}

function collectRenamed(text: string, earlier: Renamed[] = []): Renamed[] {
  const [old, name, ...more] = text.split('=')
  if (!old || !name || more.length > 0) throw new InvalidArgumentError('OLD=NEW is needed, as in r50=r50-v2.')
  return [...earlier, { old, name }]
}

async function compare(
  base: string | undefined,
  next: string | undefined,
  flags: CompareFlags,
): Promise<RunComparison> {
  const baseFiles = [...(base === undefined ? [] : [base]), ...(flags.base ?? [])]
  const newFiles = [...(next === undefined ? [] : [next]), ...(flags.new ?? [])]
  if (baseFiles.length === 0 || newFiles.length === 0)
    throw new InputError('two sides are needed', '', 'name BASE.json and NEW.json, or give --base and --new')
  const policy = flags.policy === undefined ? DEFAULT_POLICY : await readPolicy(flags.policy)
  const newRuns = (await readRuns(newFiles)).map(({ path, results }) => ({
    path,
    results: withOldNames(results, flags.renamed ?? [], path),
  }))
  return compareRuns(await readRuns(baseFiles), newRuns, {
    policy: flags.allowMissing === true ? { ...policy, requireAll: false } : policy,
    ...(flags.policy !== undefined && { policyPath: flags.policy }),
  })
}

async function show(comparison: RunComparison, flags: CompareFlags): Promise<void> {
  if (flags.markdown !== undefined) await writeDurably(flags.markdown, comparisonMarkdown(comparison))
  if (flags.junit !== undefined) await writeDurably(flags.junit, comparisonJunit(comparison))
  if (flags.json === true) printJson(comparison)
  else {
    for (const { title, rows } of comparisonText(comparison, flags.all === true)) {
      for (const line of wrapWords(title, outputWidth())) printBold(line)
      const lines = fitColumns(rows, outputWidth() - 2, { wrapped: 0 })
      for (const line of lines) print(`  ${line}`)
    }
  }
  if (comparison.metrics.length === 0 && comparison.added.length > 0)
    log('rows are told by their names: --renamed OLD=NEW compares what the new results call otherwise')
  for (const { subject, reason } of comparison.notCompared) log(`not compared: ${subject}: ${reason}`)
  if (flags.github !== true) return
  const summary = process.env.GITHUB_STEP_SUMMARY
  if (summary === undefined)
    throw new InputError('GITHUB_STEP_SUMMARY is not set', '--github', 'use it inside a GitHub workflow')
  await appendFile(summary, comparisonMarkdown(comparison)).catch((error: unknown) => {
    throw asInputError(error, summary)
  })
  for (const line of githubAnnotations(comparison)) (flags.json === true ? log : print)(line)
}
