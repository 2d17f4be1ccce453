import { type Command, Option } from 'commander'
import type { DatasetReader } from '../datasets/dataset.js'
import { InputError } from '../errors.js'
import { leakage as measurement, searchOf } from '../measures/leakage.js'
import type { Measure } from '../measures/measure.js'
import { type Leakage, leakage } from '../metrics/leakage.js'
import { similarityHistogram } from '../metrics/similarity-histogram.js'
import type { Provider } from '../onnx/providers.js'
import { featureRows, kernelOn } from '../products/index.js'
import { addDatasetOptions, type DatasetFlags, openFlaggedDataset } from './dataset-options.js'
import { printColumns } from './fitted-output.js'
import { measureHelp } from './measure-help.js'
import { type FeatureChunks, openFeatureChunks, readFeatureRows } from './metrics-inputs.js'
import { addOptionFlags, optionsOf, type Shown } from './option-flags.js'
import { jsonOption, providerOption, quietOption, wholeNumber } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { drawWorst } from './worst-sheet.js'

interface Flags extends DatasetFlags {
  provider: Provider
  worst: number
  images?: string
  referenceImages?: string
  sheet?: string
  nearest?: boolean
  json?: boolean
  quiet?: boolean
}

const EXAMPLES = `
The first file is streamed, the second is held in memory. Give the images of the one set, not its identity features:
one leaked image hardly moves the mean of fifty.

Examples:
  What a synthetic set took from a real one:
    $ vec2face-bench metrics leakage hsface10k-images.npy webface4m-identities.npy --threshold 0.4 --threshold 0.6

  Identities that a training set shares with a test set:
    $ vec2face-bench metrics leakage lfw-images.npy webface4m-identities.npy --worst 100 --json

  To look at them, with the datasets that both files were made of:
    $ vec2face-bench metrics leakage hsface10k-images.npy webface4m-identities.npy --worst 30 \\
        --images hsface10k/train.rec --reference-images webface4m/train.rec --sheet worst.png`

/** What looked was what made the features, and the references are a file. */
const SHOWN: Shown = {
  told: ['recognisers', 'reference'],
  flags: { thresholds: '--threshold <similarity>' },
}

/** Adds `metrics leakage`. */
export function registerMetricsLeakage(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .argument('<images>', 'features of the images, one row an image: .npy, .npz or a table (CSV)')
    .argument('<references>', 'features of identities (or images) to compare them with')
    .summary(measure.summary)
    .description(
      'Compares every image of one set with every identity (or image) of another, exactly: the nearest of each, counts above thresholds, and a list of the worst.',
    )
  addOptionFlags(command, measure.options, SHOWN)
    .addOption(
      new Option('--worst <n>', 'list the n most similar images').argParser(wholeNumber(0)).default(20),
    )
    .option('--images <dataset>', 'the dataset that the image features were made of')
    .option('--reference-images <dataset>', 'the dataset that the references were made of: gives names')
    .addOption(outputFile('--sheet <file.png>', 'with both: draw the worst', ['.png']))
    .option('--nearest', 'with --json: the nearest reference of each image')
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `${EXAMPLES}\n${measureHelp(measure)}`)
    .action(leakageCommand)
}

async function* checkedRows(file: FeatureChunks) {
  for await (const { start, features } of file.chunks()) yield featureRows(features, file.path, start)
}

async function leakageCommand(images: string, references: string, flags: Flags): Promise<void> {
  if (flags.sheet !== undefined && (flags.images === undefined || flags.referenceImages === undefined)) {
    const remedy = 'name both datasets with --images and --reference-images'
    throw new InputError('a sheet needs the images of both sides', '--sheet', remedy)
  }
  const told = { recognisers: [images], reference: references }
  const options = optionsOf(measurement.options, flags, SHOWN, told)
  const names = await referenceNames(flags)
  const known = await readFeatureRows(references)
  const file = await openFeatureChunks(images)
  const progress = terminalProgress(flags.quiet)
  progress.start('leakage', file.rows * known.matrix.rows, 'pairs')
  try {
    const found = await leakage(checkedRows(file), known, images, {
      ...searchOf(options),
      worst: flags.worst,
      kernel: await kernelOn(flags.provider),
      onPairs: (done) => progress.update(done),
    })
    progress.stop()
    if (flags.sheet !== undefined) await drawSheet(found, flags, flags.sheet)
    const { nearest, highest, worst, ...rest } = found
    const named = worst.map((match) => ({ ...match, ...(names && { name: names[match.reference] }) }))
    if (flags.json === true) {
      const each = flags.nearest === true ? { nearest: [...nearest], highest: [...highest] } : {}
      printJson({ ...rest, worst: named, highestSimilarities: similarityHistogram(highest), ...each })
      return
    }
    print(`${found.images} images against ${found.references} references`)
    const rows = found.counts.map((count) => [
      `above ${count.threshold}`,
      `${count.images} images`,
      `${((100 * count.images) / found.images).toFixed(3)} %`,
      `of ${count.references} references`,
    ])
    printColumns(rows, { wrapped: 0, indent: 2 })
    if (named.length > 0) print('  most similar (image, reference, similarity):')
    for (const { image, reference, similarity, name = reference } of named)
      print(`    ${image} ${name} ${similarity.toFixed(5)}`)
  } finally {
    progress.stop()
    await file.close()
  }
}

async function withDataset<T>(
  path: string,
  flags: DatasetFlags,
  use: (dataset: DatasetReader) => Promise<T>,
): Promise<T> {
  const dataset = await openFlaggedDataset(path, flags)
  return use(dataset).finally(() => dataset.close())
}

async function referenceNames(flags: Flags): Promise<readonly string[] | undefined> {
  const { referenceImages } = flags
  return referenceImages === undefined
    ? undefined
    : withDataset(referenceImages, flags, async ({ identityNames }) => identityNames)
}

async function drawSheet(found: Leakage, flags: Flags, out: string): Promise<void> {
  const { images = '', referenceImages = '' } = flags
  await withDataset(images, flags, (dataset) =>
    withDataset(referenceImages, flags, (references) => drawWorst(found, dataset, references, out)),
  )
  log(`${out}: the images most similar to a reference`)
}
