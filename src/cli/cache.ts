import { type Command, InvalidArgumentError, Option } from 'commander'
import { CACHE_KINDS, type CacheEntry, cacheInventory, cleanCache } from '../run/cache-inventory.js'
import { printColumns } from './fitted-output.js'
import { cacheOption, jsonOption } from './options.js'
import { log, print, printJson } from './output.js'

const DAY = 86_400_000
const UNITS = { h: DAY / 24, d: DAY, w: 7 * DAY } as const

const EXAMPLES = `
Examples:
  $ vec2face-bench cache list
  $ vec2face-bench cache clean --older-than 30d --dry-run`

/** `12h`, `30d`, `4w` -> milliseconds */
function age(text: string): number {
  const found = /^(\d+(?:\.\d+)?)([hdw])$/.exec(text)
  if (found === null) throw new InvalidArgumentError('hours, days or weeks are needed, as in 12h, 30d or 4w.')
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS]
}

interface CacheFlags {
  readonly cache: string
  readonly olderThan?: number
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `cache`: what is kept so that it need not be computed again, and what of it may go. */
export function registerCache(program: Command): void {
  const cache = program.command('cache').description('list and clean what is kept between runs')
  cache
    .command('list')
    .description('say what is kept, how much room it takes, and how old it is')
    .addOption(cacheOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(list)
  cache
    .command('clean')
    .description('remove what was not written for a while; it is made again where it is needed')
    .addOption(
      new Option('--older-than <age>', 'remove what was last written before: 12h, 30d, 4w')
        .argParser(age)
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'say what would go, and remove nothing')
    .addOption(cacheOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(clean)
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const days = (written: number): string => {
  const count = Math.floor((Date.now() - written) / DAY)
  return count === 0 ? 'today' : `${count} day${count === 1 ? '' : 's'} ago`
}

function summaries(entries: readonly CacheEntry[]) {
  return Object.entries(CACHE_KINDS).flatMap(([kind, what]) => {
    const own = entries.filter((entry) => entry.kind === kind)
    if (own.length === 0) return []
    const times = own.map(({ written }) => written)
    return [
      {
        ...{ kind, what, entries: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) },
        ...{ oldest: Math.min(...times), newest: Math.max(...times) },
      },
    ]
  })
}

async function list({ cache, json }: CacheFlags): Promise<void> {
  const kinds = summaries(await cacheInventory(cache))
  if (json === true) {
    const told = kinds.map(({ oldest, newest, ...kind }) => ({
      ...kind,
      oldest: new Date(oldest).toISOString(),
      newest: new Date(newest).toISOString(),
    }))
    printJson({ cache, kinds: told })
    return
  }
  print(cache)
  const rows = kinds.map(({ kind, what, entries, bytes, oldest, newest }) => [
    kind,
    what,
    String(entries),
    megabytes(bytes),
    days(oldest),
    days(newest),
  ])
  printColumns([['', '', 'entries', 'size', 'oldest', 'newest'], ...rows], { wrapped: 1, indent: 2 })
  if (kinds.length === 0) log('nothing is kept there')
}

async function clean({ cache, olderThan = 0, dryRun, json }: CacheFlags): Promise<void> {
  const all = await cacheInventory(cache)
  const before = Date.now() - olderThan
  const gone = dryRun === true ? all.filter(({ written }) => written < before) : await cleanCache(all, before)
  const bytes = gone.reduce((sum, entry) => sum + entry.bytes, 0)
  if (json === true) {
    printJson({ cache, removed: dryRun === true ? 0 : gone.length, entries: gone, bytes })
    return
  }
  for (const { kind, name, bytes: size, written } of gone)
    print(`${kind}/${name}  ${megabytes(size)}  ${days(written)}`)
  print(
    `${gone.length} of ${all.length} entries ${dryRun === true ? 'would be removed' : 'removed'}, ${megabytes(bytes)}`,
  )
}
