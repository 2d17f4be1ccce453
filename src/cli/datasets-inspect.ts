import type { Command } from 'commander'
import { Option } from 'commander'
import type { DatasetReader } from '../datasets/dataset.js'
import { type DatasetSummary, inspectDataset, writeIdentitySheet } from '../datasets/inspect-dataset.js'
import { openDataset } from '../datasets/open-dataset.js'
import type { Doubt } from '../doubt.js'
import { imageDoubts } from '../doubts/image-doubts.js'
import type { Images } from '../doubts/sampled-pixels.js'
import { InputError } from '../errors.js'
import { firstLook } from '../run/dataset-doubts.js'
import { testSetHints } from '../test-sets/formats.js'
import { inspectTestSet, type TestSetSummary, writePairSheet } from '../test-sets/inspect-test-set.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import type { TestSet } from '../test-sets/test-set.js'
import { detectorOption, openDetector } from './detector.js'
import { printColumns, printSentence } from './fitted-output.js'
import { jsonOption, type NetworkFlags, providerOption, quietOption, threadsOption } from './options.js'
import { log, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

const KINDS = ['test-set', 'dataset'] as const

interface InspectOptions extends NetworkFlags {
  readonly as?: (typeof KINDS)[number]
  readonly images?: string
  readonly imageField?: string
  readonly contactSheet?: string
  readonly detector?: string
  readonly json?: true
  readonly quiet?: true
}

function foldText(folds: readonly number[] | undefined): string {
  if (folds === undefined) return 'none given by the data'
  const [least, most] = [Math.min(...folds), Math.max(...folds)]
  return `${folds.length} given by the data, ${least === most ? least : `${least} to ${most}`} pairs each`
}

/** What is said of images, whatever they are for. */
function imageRows({ images, imageSizes, broken, fingerprint }: TestSetSummary | DatasetSummary): string[][] {
  const sizes = imageSizes.map(({ size, images: count }) => `${size} (${count})`)
  return [
    ['images', String(images)],
    ['image sizes', sizes.join(', ') || 'none decodes'],
    ['broken images', String(broken.images)],
    ...broken.messages.map((message) => ['', message]),
    ['fingerprint', fingerprint],
  ]
}

/** What a path holds, for people: its name, and what is known of it. */
interface Told {
  readonly name: string
  readonly rows: readonly (readonly string[])[]
}

function testSetTold(summary: TestSetSummary): Told {
  const rows = [
    ['format', summary.format],
    ['pairs', `${summary.pairs} (${summary.same} same, ${summary.different} different)`],
    ['folds', foldText(summary.folds)],
    ...imageRows(summary),
  ]
  return { name: summary.name, rows }
}

function datasetTold(path: string, summary: DatasetSummary): Told {
  const { least, median, most } = summary.imagesPerIdentity
  const rows = [
    ['format', `${summary.format}, a training dataset`],
    ['identities', String(summary.identities)],
    ['images each', least === most ? String(least) : `${least} to ${most}, median ${median}`],
    ...imageRows(summary),
    ...(summary.passedOver === undefined ? [] : [['passed over', summary.passedOver]]),
  ]
  return { name: path, rows }
}

type Opened = { readonly set: TestSet } | { readonly dataset: DatasetReader }

/** What a path holds. Where it can be read as both, the test set is, which is said. @throws InputError */
async function openEither(path: string, options: InspectOptions): Promise<Opened> {
  const { as, images, imageField } = options
  const asSet = async () => ({ set: await openTestSet(path, { images, note: log }) })
  const asDataset = async () => ({ dataset: await openDataset(path, { imageField, note: log }) })
  if (as !== undefined) return as === 'test-set' ? asSet() : asDataset()
  const dataset = await asDataset().catch(inputErrorOf)
  const set = await asSet().catch(inputErrorOf)
  if (!(set instanceof InputError)) {
    if (!(dataset instanceof InputError)) {
      await dataset.dataset.close()
      log(`${path}: there is a training dataset, too (--as dataset)`)
    }
    return set
  }
  if (!(dataset instanceof InputError)) return dataset
  throw new InputError(
    `neither a test set (${set.what}) nor a training dataset (${dataset.what})`,
    path,
    set.remedy || dataset.remedy,
  )
}

function inputErrorOf(error: unknown): InputError {
  if (error instanceof InputError) return error
  throw error
}

/** `datasets inspect`: what a test set or a training dataset holds. */
export function registerDatasetsInspect(datasets: Command): void {
  datasets
    .command('inspect')
    .description(
      'say what a test set or a training dataset holds: pairs and folds or identities, image sizes, broken images, its fingerprint',
    )
    .argument(
      '<path>',
      `a test set (${testSetHints()}, or a folder that holds one), or a training dataset (image folders, WebDataset, RecordIO, LMDB)`,
    )
    .addOption(new Option('--as <kind>', 'what it is, where it can be both').choices(KINDS))
    .option('--images <folder>', "the folder that a list's paths begin in")
    .option('--image-field <name>', 'of a WebDataset whose samples hold several images: the one to take')
    .addOption(
      outputFile(
        '--contact-sheet <file.png>',
        'draw some same and some different pairs, or the first identities',
        ['.png'],
      ),
    )
    .addOption(detectorOption())
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
Examples:
  $ vec2face-bench datasets inspect lfw.bin
  $ vec2face-bench datasets inspect pairs.txt --images lfw_aligned --contact-sheet lfw.png
  $ vec2face-bench datasets inspect faces_webface_112x112/train.rec --contact-sheet faces.png
  $ vec2face-bench datasets inspect hadrian --json`,
    )
    .action(inspect)
}

/** What the images look like: aligned or not, colours swapped. */
async function doubtsOf(images: Images, options: InspectOptions): Promise<readonly Doubt[]> {
  const detector = await openDetector(options.detector, options)
  return imageDoubts(images, detector).finally(() => detector?.close())
}

async function inspect(path: string, options: InspectOptions): Promise<void> {
  const opened = await openEither(path, options)
  const progress = terminalProgress(options.quiet)
  const { contactSheet } = options
  const show = async (summary: object, { name, rows }: Told, images: Images): Promise<void> => {
    const doubts = await doubtsOf(images, options)
    if (options.json) printJson({ ...summary, doubts: doubts.map(({ text }) => text) })
    else {
      printSentence(name)
      printColumns(rows, { wrapped: 1, indent: 2 })
    }
    for (const { text } of doubts) log(`warning: ${text}`)
  }
  if ('set' in opened) {
    const { set } = opened
    try {
      const summary = await inspectTestSet(set, progress)
      await show(summary, testSetTold(summary), set)
      if (contactSheet !== undefined) await writePairSheet(set, contactSheet)
    } finally {
      await set.close()
    }
    return
  }
  const { dataset } = opened
  try {
    const summary = await inspectDataset(dataset, progress)
    await show(summary, datasetTold(path, summary), await firstLook(path, dataset))
    if (contactSheet !== undefined) await writeIdentitySheet(dataset, path, contactSheet)
  } finally {
    await dataset.close()
  }
}
