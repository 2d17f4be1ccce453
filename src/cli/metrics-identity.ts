import type { Command } from 'commander'
import { readNamedColumns } from '../arrays/named-columns.js'
import { readWholeText } from '../arrays/open-rows.js'
import { InputError } from '../errors.js'
import { identityMeans } from '../features/identity-sums.js'
import { heldTogether, identities as measurement, variationsOf } from '../measures/identities.js'
import type { Measure } from '../measures/measure.js'
import type { LabelledChunks } from '../measures/subject.js'
import type { Grouped } from '../metrics/grouped-moments.js'
import type { WithinIdentity } from '../metrics/within-identity.js'
import { featureRows } from '../products/index.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { printFolded } from './fitted-output.js'
import { lookAtImages } from './image-columns.js'
import { measureHelp } from './measure-help.js'
import { type FeatureChunks, openFeatureChunks, readFeatureRows, readLabels } from './metrics-inputs.js'
import { addOptionFlags, optionsOf, type Shown } from './option-flags.js'
import { jsonOption, type NetworkFlags, providerOption, quietOption, threadsOption } from './options.js'
import { log, print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface Flags extends DatasetFlags, NetworkFlags {
  labels?: string
  identityFeatures?: string
  columns?: string
  images?: string
  json?: boolean
  quiet?: boolean
}

const EXAMPLES = `
Columns are a CSV file with a line of names and then a line of numbers an image, in the order of the features.

Examples:
  $ vec2face-bench metrics identities images.npy --labels labels.npy
  $ vec2face-bench metrics identities images.npy --labels labels.npy --columns age-and-more.csv --json

  With the variation of brightness, quality and pose, from the dataset that the features were made of:
    $ vec2face-bench features images hsface10k --model r100.onnx --out images.npy
    $ vec2face-bench metrics identities images.npy --images hsface10k --model magface.onnx 6drepnet.onnx`

/** What looked was what made the features; brightness is looked at wherever there are images. */
const SHOWN: Shown = {
  told: ['recognisers', 'brightness'],
  flags: { models: '--model <files...>' },
  only: 'with --images: ',
}

/** Adds `metrics identities`. */
export function registerMetricsIdentities(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .argument('<features>', 'features of images, one row an image: .npy, .npz or a table (CSV)')
    .option('--labels <file>', "the identity of each image, a whole number from 0 (default: the dataset's)")
    .option(
      '--images <dataset>',
      'the dataset that the features were made of: gives identities and brightness',
    )
    .option('--identity-features <file>', "identity features (default: the mean of each identity's images)")
    .option('--columns <file.csv>', 'more numbers of each image whose variation is wanted')
    .summary(measure.summary)
    .description(
      'Measures identities from within: similarity of images to their identity feature, the share of images nearest to their own (consistency), and the variation of given numbers.',
    )
  addDatasetOptions(addOptionFlags(command, measure.options, SHOWN))
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `${EXAMPLES}\n${measureHelp(measure)}`)
    .action(identitiesCommand)
}

async function* labelled(file: FeatureChunks, labels: Int32Array) {
  for await (const { start, features } of file.chunks()) {
    yield { start, features, labels: labels.subarray(start, start + features.rows) }
  }
}

/** A file of features as a measurement takes the images of a dataset. */
function asImages(file: FeatureChunks, labels: Int32Array): LabelledChunks {
  return {
    ...file,
    async *chunks() {
      for await (const { start, features, labels: own } of labelled(file, labels))
        yield { features: featureRows(features, file.path, start), labels: own }
    },
  }
}

/** The named columns of a table of numbers. @throws InputError */
async function readColumns(path: string, images: number): Promise<Map<string, Float64Array>> {
  const columns = readNamedColumns(await readWholeText(path), path, log)
  for (const { length } of columns.values()) {
    if (length !== images)
      throw new InputError(`${length} rows, there are ${images} images`, path, 'write one line an image')
  }
  return columns
}

/** The identity of each image, and the numbers whose variation is wanted, by name. */
async function describedImages(path: string, images: number, flags: Flags) {
  const { labels, columns } = flags
  const told = { recognisers: [path], brightness: flags.images !== undefined }
  const { models } = optionsOf(measurement.options, flags, SHOWN, told)
  if (labels === undefined && flags.images === undefined) {
    throw new InputError('it is not known whose images they are', path, 'give --labels or --images')
  }
  if (models.length > 0 && flags.images === undefined) {
    throw new InputError('models need images to look at', '--model', 'name their dataset with --images')
  }
  const seen =
    flags.images === undefined ? undefined : await lookAtImages(flags.images, models, images, flags)
  const given = columns === undefined ? new Map<string, Float64Array>() : await readColumns(columns, images)
  return {
    labels: labels === undefined ? (seen?.labels ?? new Int32Array(0)) : await readLabels(labels, images),
    columns: new Map([...(seen?.columns ?? []), ...given]),
    where: labels ?? flags.images ?? path,
  }
}

async function identitiesCommand(path: string, flags: Flags): Promise<void> {
  const file = await openFeatureChunks(path)
  const progress = terminalProgress(flags.quiet)
  try {
    if (file.rows === 0) throw new InputError('there is no image', path, 'extract the features again')
    const { labels, columns, where } = await describedImages(path, file.rows, flags)
    const centres =
      flags.identityFeatures === undefined
        ? featureRows(await identityMeans(labelled(file, labels), file.columns, where), path)
        : await readFeatureRows(flags.identityFeatures)
    const { found } = await heldTogether(asImages(file, labels), centres, {
      name: path,
      label: 'identities',
      progress,
    })
    const measured: [string, Grouped][] = [
      ['similarity to the identity feature', found.similarity],
      ...(await variationsOf(columns, labels, where)),
    ]
    if (flags.json === true) printJson({ ...summary(found), columns: named(measured.slice(1)) })
    else {
      print(`${found.images} images of ${found.identities} identities`)
      print(
        `consistency ${(100 * found.consistency).toFixed(3)} % (${found.astray} images nearer to another identity)`,
      )
      const head = ['', 'mean', 'deviation', 'within', 'between']
      const rows = measured.map(([name, group]) => [
        name,
        ...[group.mean, group.deviation, group.withinDeviation, group.betweenDeviation].map((n) =>
          n.toFixed(5),
        ),
      ])
      printFolded([head, ...rows], 1)
    }
  } finally {
    progress.stop()
    await file.close()
  }
}

const plain = ({ counts, means, deviations, ...overall }: Grouped) => ({
  ...overall,
  identities: Array.from(counts, (images, i) => ({ images, mean: means[i], deviation: deviations[i] })),
})

const named = (columns: readonly [string, Grouped][]) =>
  Object.fromEntries(columns.map(([name, group]) => [name, plain(group)]))

const summary = ({ similarity, ...rest }: WithinIdentity) => ({
  ...rest,
  similarity: plain(similarity),
})
