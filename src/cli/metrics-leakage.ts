import { type Command, Option } from 'commander'
import { leakage } from '../metrics/leakage.js'
import { similarityHistogram } from '../metrics/similarity-histogram.js'
import { featureRows } from '../products/index.js'
import { type FeatureChunks, openFeatureChunks, readFeatureRows, thresholdOption } from './metrics-inputs.js'
import { jsonOption, wholeNumber } from './options.js'
import { alignColumns, print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface Flags {
  threshold?: number[]
  worst: number
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
    $ vec2face-bench metrics leakage lfw-images.npy webface4m-identities.npy --worst 100 --json`

/** Adds `metrics leakage`. */
export function registerMetricsLeakage(metrics: Command): void {
  metrics
    .command('leakage')
    .argument('<images>', 'features of the images, one row an image: .npy or CSV')
    .argument('<references>', 'features of identities (or images) to compare them with')
    .summary('what a set took from another')
    .description(
      'Compares every image of one set with every identity (or image) of another, exactly: the nearest of each, counts above thresholds, and a list of the worst.',
    )
    .addOption(thresholdOption())
    .addOption(
      new Option('--worst <n>', 'list the n most similar images').argParser(wholeNumber(0)).default(20),
    )
    .option('--nearest', 'with --json: the nearest reference of each image')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(leakageCommand)
}

async function* checkedRows(file: FeatureChunks) {
  for await (const { start, features } of file.chunks()) yield featureRows(features, file.path, start)
}

async function leakageCommand(images: string, references: string, flags: Flags): Promise<void> {
  const known = await readFeatureRows(references)
  const file = await openFeatureChunks(images)
  const progress = terminalProgress(flags.quiet)
  progress.start('leakage', file.rows * known.matrix.rows, 'pairs')
  try {
    const found = await leakage(checkedRows(file), known, images, {
      thresholds: flags.threshold ?? [0.4],
      worst: flags.worst,
      onPairs: (done) => progress.update(done),
    })
    progress.stop()
    const { nearest, highest, ...rest } = found
    if (flags.json === true) {
      const each = flags.nearest === true ? { nearest: [...nearest], highest: [...highest] } : {}
      printJson({ ...rest, highestSimilarities: similarityHistogram(highest), ...each })
      return
    }
    print(`${found.images} images against ${found.references} references`)
    const rows = found.counts.map((count) => [
      `  above ${count.threshold}`,
      `${count.images} images`,
      `${((100 * count.images) / found.images).toFixed(3)} %`,
      `of ${count.references} references`,
    ])
    for (const line of alignColumns(rows)) print(line)
    if (found.worst.length > 0) print('  most similar (image, reference, similarity):')
    for (const { image, reference, similarity } of found.worst)
      print(`    ${image} ${reference} ${similarity.toFixed(5)}`)
  } finally {
    progress.stop()
    await file.close()
  }
}
