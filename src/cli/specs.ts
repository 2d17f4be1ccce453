import type { Command } from 'commander'
import { silent } from '../progress.js'
import { askedIds } from '../run/asked-ids.js'
import { demoWorld } from '../run/demo-sources.js'
import { namedSpecs } from '../run/named-specs.js'
import { firstOf, type Sources, type SupplyOptions } from '../run/sources.js'
import { loadSpec, type Spec } from '../run/spec.js'
import { fitColumns, outputWidth } from './fitted-columns.js'
import { cacheOption, jsonOption } from './options.js'
import { print, printJson } from './output.js'
import { pathsOf, pathsOption } from './paths-option.js'

const EXAMPLES = `
Examples:
  $ vec2face-bench specs list
  $ vec2face-bench run table1`

interface ListFlags {
  readonly paths?: string
  readonly cache: string
  readonly json?: boolean
}

/** `specs`: the benchmarks that come with the program, by the names that 'run' takes. */
export function registerSpecs(program: Command): void {
  program
    .command('specs')
    .description('list the benchmarks that come with the program')
    .command('list')
    .summary('list specs: what each measures, and how much of what it needs is here')
    .description("Lists the specs that come with the program, by the names that 'run' takes.")
    .addOption(pathsOption())
    .addOption(cacheOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(list)
}

async function list(flags: ListFlags): Promise<void> {
  const paths = await pathsOf(flags.paths)
  const sources = firstOf([...(paths === undefined ? [] : [paths.sources]), demoWorld])
  const supply: SupplyOptions = { cacheFolder: flags.cache, lookOnly: true, progress: silent }
  const specs = await Promise.all(
    [...namedSpecs()].map(async ([name, path]) => {
      const { spec } = await loadSpec(path)
      return { name, title: spec.title, path, needs: await needsOf(spec, sources, supply) }
    }),
  )
  if (flags.json === true) {
    printJson({ specs })
    return
  }
  const rows = specs.map(({ name, title, needs }) => ({
    cells: [name, title],
    note: Object.entries(needs)
      .filter(([, { of }]) => of > 0)
      .map(([kind, { here, of }]) => `${here} of ${of} ${kind}${of === 1 ? '' : 's'} here`)
      .join(', '),
  }))
  for (const line of fitColumns(rows, outputWidth(), { wrapped: 1 })) print(line)
}

/** How much of what a spec names is here, by kind. Of a grid, whose words need not be ids, its test sets alone. */
async function needsOf(spec: Spec, sources: Sources, supply: SupplyOptions) {
  const asked = askedIds(spec)
  const count = async (ids: readonly string[], find: (id: string) => Promise<unknown>) => {
    const found = await Promise.all(ids.map(find))
    return { here: found.filter((one) => one !== undefined).length, of: ids.length }
  }
  const isGrid = spec.cell !== undefined
  return {
    model: await count(isGrid ? [] : asked.model, (id) => sources.model(id, supply)),
    'test set': await count(asked['test set'], (id) => sources.testSet(id, supply)),
    dataset: await count(isGrid ? [] : asked.dataset, (id) => sources.dataset(id, supply)),
  }
}
