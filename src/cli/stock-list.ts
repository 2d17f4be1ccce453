import type { Command } from 'commander'
import { descriptorSchema } from '../models/descriptor.js'
import { descriptorPath } from '../models/model.js'
import type { Kind } from '../run/catalogue.js'
import { demoWorld } from '../run/demo-sources.js'
import { firstOf } from '../run/sources.js'
import { packagedCatalogue, type StockEntry, stockOf } from '../run/stock.js'
import { readYaml } from '../yaml-file.js'
import { printColumns } from './fitted-output.js'
import { cacheOption, jsonOption } from './options.js'
import { log, printJson } from './output.js'
import { pathsOf, pathsOption } from './paths-option.js'

interface ListFlags {
  readonly paths?: string
  readonly cache: string
  readonly json?: boolean
}

const STATES = ['here', 'demo', 'missing'] as const

/** Adds `list` to the group of commands of a kind: what specs can name, what of it is here, how to get the rest, licences. */
export const registerStockList = (kind: Kind, plural: string) => (group: Command) => {
  group
    .command('list')
    .summary(`list ${plural}: what is here, and how to get the rest`)
    .description(
      `Lists the ${plural} that specs name: which your paths file or the demo has, how to get the others, and licences.`,
    )
    .addOption(pathsOption())
    .addOption(cacheOption())
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  $ vec2face-bench ${group.name()} list`)
    .action((flags: ListFlags) => list(kind, plural, flags))
}

async function list(kind: Kind, plural: string, flags: ListFlags): Promise<void> {
  const paths = await pathsOf(flags.paths)
  const sources = firstOf([...(paths === undefined ? [] : [paths.sources]), demoWorld])
  const found = await stockOf(
    kind,
    sourcesIds(sources, kind),
    sources,
    await packagedCatalogue(),
    flags.cache,
  )
  const stock = await Promise.all(
    found.map(async (entry) => ({ ...entry, ...(await licenceIn(kind, entry)) })),
  )
  if (flags.json === true) {
    printJson({ [kind === 'test set' ? 'testSets' : `${kind}s`]: stock })
    return
  }
  const ordered = STATES.flatMap((state) => stock.filter((entry) => entry.state === state))
  printColumns(ordered.map(rowOf), { wrapped: 2 })
  const count = (state: StockEntry['state']): number => stock.filter((entry) => entry.state === state).length
  log(
    `${count('here')} ${plural} here, ${count('demo')} of the demo, ${count('missing')} missing${paths === undefined ? '; no paths file (copy benchmarks/paths.example.yaml to paths.yaml)' : ''}`,
  )
}

function sourcesIds(sources: ReturnType<typeof firstOf>, kind: Kind): readonly string[] {
  return kind === 'trainer' ? [] : (sources.ids?.(kind) ?? [])
}

function rowOf({ state, id, path, howToGet, licence }: StockEntry) {
  const where = path ?? howToGet ?? 'made on demand'
  return [state, id, `${where}${licence === undefined ? '' : ` (licence: ${licence})`}`]
}

/** The licence that a model's descriptor tells. What the descriptor lacks, or a broken one, is for the use of the model. */
async function licenceIn(kind: Kind, { path }: StockEntry): Promise<{ licence?: string }> {
  if (kind !== 'model' || path === undefined) return {}
  const yaml = /\.ya?ml$/.test(path) ? path : descriptorPath(path)
  try {
    return { licence: (await readYaml(yaml, descriptorSchema)).licence }
  } catch {
    return {}
  }
}
