import type { Command } from 'commander'
import { testSetHints } from '../test-sets/formats.js'
import { inspectTestSet, type TestSetSummary, writePairSheet } from '../test-sets/inspect-test-set.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { jsonOption, quietOption } from './options.js'
import { alignColumns, print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface InspectOptions {
  readonly images?: string
  readonly contactSheet?: string
  readonly json?: true
  readonly quiet?: true
}

function foldText(folds: readonly number[] | undefined): string {
  if (folds === undefined) return 'none given by the data'
  const [least, most] = [Math.min(...folds), Math.max(...folds)]
  return `${folds.length} given by the data, ${least === most ? least : `${least} to ${most}`} pairs each`
}

/** The summary as aligned lines for people. */
function summaryText(summary: TestSetSummary): string[] {
  const sizes = summary.imageSizes.map(({ size, images }) => `${size} (${images})`)
  const rows = [
    ['  format', summary.format],
    ['  pairs', `${summary.pairs} (${summary.same} same, ${summary.different} different)`],
    ['  folds', foldText(summary.folds)],
    ['  images', String(summary.images)],
    ['  image sizes', sizes.join(', ') || 'none decodes'],
    ['  broken images', String(summary.broken.images)],
    ...summary.broken.messages.map((message) => ['', message]),
    ['  fingerprint', summary.fingerprint],
  ]
  return [summary.name, ...alignColumns(rows, 2)]
}

/** Adds `datasets inspect`. */
export function registerDatasets(program: Command): void {
  const datasets = program.command('datasets').description('look into test sets')
  datasets
    .command('inspect')
    .description('say what a test set holds: pairs, folds, image sizes, broken images, its fingerprint')
    .argument('<path>', `${testSetHints()}, or a folder that holds one`)
    .option('--images <folder>', "the folder that a list's paths begin in")
    .addOption(outputFile('--contact-sheet <file.png>', 'draw some same and some different pairs', ['.png']))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      `
Examples:
  $ vec2face-bench datasets inspect lfw.bin
  $ vec2face-bench datasets inspect pairs.txt --images lfw_aligned --contact-sheet lfw.png
  $ vec2face-bench datasets inspect hadrian --json`,
    )
    .action(async (path: string, options: InspectOptions) => {
      const set = await openTestSet(path, { images: options.images })
      try {
        const summary = await inspectTestSet(set, terminalProgress(options.quiet))
        if (options.json) printJson(summary)
        else for (const line of summaryText(summary)) print(line)
        if (options.contactSheet !== undefined) await writePairSheet(set, options.contactSheet)
      } finally {
        await set.close()
      }
    })
}
