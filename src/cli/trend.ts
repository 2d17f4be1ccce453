import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { writeDurably } from '../bytes/files.js'
import { asInputError } from '../errors.js'
import { orderRuns } from '../report/trend/trend.js'
import { renderTrend } from '../report/trend/trend-page.js'
import { readRuns } from '../results/runs.js'
import { jsonOption } from './options.js'
import { print, printJson } from './output.js'
import { outputFolder } from './output-option.js'

const EXAMPLES = `
Example:
  $ vec2face-bench trend results/history --out reports/trend`

/** `trend`: a page over a folder of results. */
export function registerTrend(program: Command): void {
  program
    .command('trend')
    .argument('<folder>', 'a folder with the results JSON of several runs')
    .summary('a page over many runs')
    .description('Draws every metric over the runs of a folder, in the order of their start.')
    .addOption(outputFolder('--out <folder>', 'where the page goes').default(join('reports', 'trend')))
    .option('--title <text>', 'title of the page', 'Trend')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(trend)
}

async function trend(folder: string, flags: { out: string; title: string; json?: boolean }): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw asInputError(error, folder)
  })
  const files = names.filter((entry) => entry.endsWith('.json')).sort()
  const runs = await readRuns(files.map((name) => join(folder, name)))
  const named = runs.map(({ path, results }) => ({ path: basename(path), results }))
  const page = await renderTrend(orderRuns(named, folder), flags.title)
  const path = join(flags.out, 'index.html')
  await writeDurably(path, page)
  if (flags.json === true) printJson({ files: [path] })
  else print(path)
}
