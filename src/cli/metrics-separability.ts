import { type Command, Option } from 'commander'
import { InputError } from '../errors.js'
import type { Measure } from '../measures/measure.js'
import { separability } from '../metrics/separability.js'
import {
  fullPairHistogram,
  type PairHistogram,
  pairHistogram,
  similarityHistogram,
} from '../metrics/similarity-histogram.js'
import type { Provider } from '../onnx/providers.js'
import { type FeatureRows, fastestKernel } from '../products/index.js'
import { addDatasetOptions, type DatasetFlags, openFlaggedDataset } from './dataset-options.js'
import { printSentence } from './fitted-output.js'
import { measureHelp } from './measure-help.js'
import { readFeatureRows } from './metrics-inputs.js'
import { addOptionFlags } from './option-flags.js'
import { jsonOption, providerOption, quietOption, wholeNumber } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { countOnly, printCounts, reportCounts, SHOWN, searchOptions } from './separability-counts.js'
import {
  closestPairs,
  drawClosestPairs,
  drawUniqueCurves,
  type MeasuredIdentities,
} from './separability-pictures.js'

interface Flags extends DatasetFlags {
  provider: Provider
  closest: number
  chart?: string
  allPairs?: boolean
  images?: string[]
  sheet?: string
  nearest?: boolean
  countsOnly?: boolean
  json?: boolean
  quiet?: boolean
}

interface Measured extends MeasuredIdentities {
  readonly features: FeatureRows
  /** for JSON only */
  readonly pairs: PairHistogram | undefined
}

const EXAMPLES = `
Files hold identity features, one row an identity: .npy, .npz or a table (CSV) ('features identities' makes them).

Examples:
  $ vec2face-bench metrics separability hsface10k.npy --threshold 0.4 --json
  $ vec2face-bench metrics separability hsface.npy arc2face.npy webface4m.npy --chart separability.png
  $ vec2face-bench metrics separability hsface300k.npy --provider cuda
  $ vec2face-bench metrics separability hsface10k.npy --threshold 0.3 --threshold 0.4 --threshold 0.5`

/** Adds `metrics separability`. */
export function registerMetricsSeparability(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .argument('<files...>', 'identity features')
    .summary(measure.summary)
    .description(
      'Counts the identities that can be told apart, exactly: those below the threshold to every other (separable), and those among the first n with no earlier one above it (unique).',
    )
  addOptionFlags(command, measure.options, SHOWN)
    .addOption(
      new Option('--closest <n>', 'list the n most similar pairs').argParser(wholeNumber(0)).default(10),
    )
    .option('--counts-only', 'the counts alone, without nearest identities and averages: faster')
    .option('--nearest', 'with --json: the nearest identity of each one')
    .option(
      '--all-pairs',
      'with --json: the histogram over all pairs, not over a million; takes two times as long again',
    )
    .addOption(
      outputFile(
        '--chart <file>',
        "draw the files' unique identities in one chart: .png, .svg, .pdf, or the numbers as .csv",
        ['.png', '.svg', '.pdf', '.csv'],
      ),
    )
    .option('--images <datasets...>', 'the datasets that the files were made of, in their order: gives names')
    .addOption(outputFile('--sheet <file.png>', 'with --images: draw the most similar pairs', ['.png']))
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `${EXAMPLES}\n${measureHelp(measure)}`)
    .action(separabilityCommand)
}

async function separabilityCommand(files: readonly string[], flags: Flags): Promise<void> {
  const progress = terminalProgress(flags.quiet)
  requireDatasets(files, flags)
  if (flags.countsOnly === true) return countOnly(files, flags)
  const measured: Measured[] = []
  for (const [i, file] of files.entries()) {
    const names = await namesOf(flags.images?.[i], flags)
    const features = await readFeatureRows(file)
    const result = await separability(features, await searchOptions(file, features, flags, progress)).finally(
      () => progress.stop(),
    )
    const pairs = flags.json === true ? await pairsOf(features, flags) : undefined
    measured.push({ file, features, result, names, pairs })
  }
  if (flags.json === true) {
    const reports = measured.map((one) => report(one, flags))
    printJson(reports.length === 1 ? reports[0] : reports)
  } else for (const one of measured) printMeasured(one, flags.closest)
  if (flags.chart !== undefined) await drawUniqueCurves(measured, flags.chart)
  if (flags.sheet !== undefined) await drawSheets(measured, flags, flags.sheet)
}

/** Over all pairs where they are asked for, or so few that each is computed; otherwise over a million. */
async function pairsOf(features: FeatureRows, { allPairs }: Flags): Promise<PairHistogram> {
  const few = pairHistogram(features, 0)
  return allPairs === true && !few.complete ? fullPairHistogram(features, await fastestKernel()) : few
}

function requireDatasets(files: readonly string[], { images, sheet }: Flags): void {
  if (sheet !== undefined && images === undefined) {
    throw new InputError('a sheet needs images', '--sheet', 'name their dataset with --images')
  }
  if (images !== undefined && images.length !== files.length) {
    throw new InputError(
      `${images.length} datasets for ${files.length} files`,
      '--images',
      'name one for each file, in their order',
    )
  }
}

async function namesOf(
  path: string | undefined,
  flags: DatasetFlags,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined
  const dataset = await openFlaggedDataset(path, flags)
  await dataset.close()
  return dataset.identityNames
}

/** One sheet for each file; of several the second is called `NAME-2.png`. */
async function drawSheets(measured: readonly Measured[], flags: Flags, out: string): Promise<void> {
  for (const [i, one] of measured.entries()) {
    const dataset = await openFlaggedDataset(flags.images?.[i] ?? '', flags)
    const file = i === 0 ? out : out.replace(/(\.[^.]*)?$/, `-${i + 1}$1`)
    await drawClosestPairs(one, flags.closest, dataset, file).finally(() => dataset.close())
    log(`${file}: the most similar pairs of ${one.file}`)
  }
}

function report(measured: Measured, flags: Flags) {
  const { file, result, names, pairs } = measured
  return {
    ...reportCounts(file, result.identities, result.counts),
    meanSimilarity: result.meanSimilarity,
    similarityDeviation: result.similarityDeviation,
    highestSimilarities: similarityHistogram(result.highest),
    pairSimilarities: pairs,
    closest: closestPairs(measured, flags.closest),
    ...(flags.nearest === true && {
      nearest: [...result.nearest],
      highest: [...result.highest],
      ...(names && { names }),
    }),
    products: result.products,
  }
}

function printMeasured(measured: Measured, closest: number): void {
  const { file, result } = measured
  const { identities, counts } = result
  printSentence(`${file}: ${identities} identities, average similarity ${result.meanSimilarity.toFixed(5)}`)
  printCounts(identities, counts)
  const pairs = closestPairs(measured, closest)
  if (pairs.length > 0) print('  most similar:')
  for (const { identity, other, similarity, name = identity, otherName = other } of pairs)
    print(`    ${name} ${otherName} ${similarity.toFixed(5)}`)
}
