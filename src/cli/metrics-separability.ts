import { type Command, Option } from 'commander'
import { writeDurably } from '../files.js'
import { type Separability, separability } from '../metrics/separability.js'
import { pairHistogram, similarityHistogram } from '../metrics/similarity-histogram.js'
import type { FeatureRows } from '../products/index.js'
import type { Figure } from '../report/figures.js'
import { readFeatureRows, thresholdOption } from './metrics-inputs.js'
import { jsonOption, wholeNumber } from './options.js'
import { alignColumns, print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface Flags {
  threshold?: number[]
  step: number
  closest: number
  chart?: string
  nearest?: boolean
  json?: boolean
  quiet?: boolean
}

interface Measured {
  readonly file: string
  readonly features: FeatureRows
  readonly result: Separability
}

const EXAMPLES = `
Files hold identity features, one row an identity: .npy or CSV ('features identities' makes them).

Examples:
  $ vec2face-bench metrics separability hsface10k.npy --threshold 0.4 --json
  $ vec2face-bench metrics separability hsface.npy arc2face.npy webface4m.npy --chart separability.png
  $ vec2face-bench metrics separability hsface10k.npy --threshold 0.3 --threshold 0.4 --threshold 0.5`

/** Adds `metrics separability`. */
export function registerMetricsSeparability(metrics: Command): void {
  metrics
    .command('separability')
    .argument('<files...>', 'identity features')
    .summary('how many identities can be told apart')
    .description(
      'Counts the identities that can be told apart, exactly: those below the threshold to every other (separable), and those among the first n with no earlier one above it (unique).',
    )
    .addOption(thresholdOption())
    .addOption(
      new Option('--step <n>', 'count unique identities every n').argParser(wholeNumber(1)).default(1000),
    )
    .addOption(
      new Option('--closest <n>', 'list the n most similar pairs').argParser(wholeNumber(0)).default(10),
    )
    .option('--nearest', 'with --json: the nearest identity of each one')
    .option('--chart <file.png>', "draw the files' unique identities in one chart")
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(separabilityCommand)
}

async function separabilityCommand(files: readonly string[], flags: Flags): Promise<void> {
  const progress = terminalProgress(flags.quiet)
  const measured: Measured[] = []
  for (const file of files) {
    const features = await readFeatureRows(file)
    const { rows } = features.matrix
    progress.start(file, (rows * (rows - 1)) / 2, 'pairs')
    const result = await separability(features, {
      thresholds: flags.threshold ?? [0.4],
      uniqueStep: flags.step,
      onPairs: (done) => progress.update(done),
    }).finally(() => progress.stop())
    measured.push({ file, features, result })
  }
  if (flags.json === true) {
    const reports = measured.map((one) => report(one, flags))
    printJson(reports.length === 1 ? reports[0] : reports)
  } else for (const one of measured) printMeasured(one, flags.closest)
  if (flags.chart !== undefined) await drawChart(measured, flags.chart)
}

/** The most similar pairs of identities that are each other's or one's nearest, most similar first. */
function closestPairs({ highest, nearest }: Separability, count: number) {
  return Array.from(highest, (similarity, identity) => ({ identity, other: nearest[identity], similarity }))
    .filter(({ identity, other }) => nearest[other] !== identity || identity < other)
    .sort((a, b) => b.similarity - a.similarity || a.identity - b.identity)
    .slice(0, count)
}

function report({ file, features, result }: Measured, flags: Flags) {
  const [first] = result.counts
  return {
    file,
    identities: result.identities,
    threshold: first.threshold,
    separable: first.separable,
    unique: first.unique,
    thresholds: result.counts,
    meanSimilarity: result.meanSimilarity,
    similarityDeviation: result.similarityDeviation,
    highestSimilarities: similarityHistogram(result.highest),
    pairSimilarities: pairHistogram(features, 0),
    closest: closestPairs(result, flags.closest),
    ...(flags.nearest === true && { nearest: [...result.nearest], highest: [...result.highest] }),
    products: result.products,
  }
}

function printMeasured({ file, result }: Measured, closest: number): void {
  const { identities, counts } = result
  print(`${file}: ${identities} identities, average similarity ${result.meanSimilarity.toFixed(5)}`)
  const percent = (count: number): string => `${((100 * count) / identities).toFixed(2)} %`
  const rows = counts.map(({ threshold, separable, unique }) => {
    const last = unique.at(-1)?.count ?? 0
    return [
      `  below ${threshold}`,
      `${separable} separable`,
      percent(separable),
      `${last} unique`,
      percent(last),
    ]
  })
  for (const line of alignColumns(rows)) print(line)
  const pairs = closestPairs(result, closest)
  if (pairs.length > 0) print('  most similar:')
  for (const { identity, other, similarity } of pairs)
    print(`    ${identity} ${other} ${similarity.toFixed(5)}`)
}

/** The unique identities among the first n, a series for each file and threshold. */
function uniqueFigure(measured: readonly Measured[]): Figure {
  return {
    id: 'separability',
    title: 'Identity separability',
    caption: '',
    xLabel: 'identities n',
    yLabel: 'unique among the first n',
    logarithmic: false,
    shape: 'line',
    series: measured.flatMap(({ file, result }) =>
      result.counts.map(({ threshold, unique }) => ({
        name: result.counts.length === 1 ? file : `${file}, ${threshold}`,
        points: [[0, 0] as const, ...unique.map(({ n, count }) => [n, count] as const)],
      })),
    ),
  }
}

async function drawChart(measured: readonly Measured[], file: string): Promise<void> {
  const { drawFigures } = await import('../report/chart-image.js')
  const [picture] = drawFigures([uniqueFigure(measured)])
  await writeDurably(file, picture)
}
