import { InputError } from '../errors.js'
import type { Basis } from '../run/grid/estimates.js'
import type { GridOverview } from '../run/grid/overview.js'
import { printColumns, printSentence } from './fitted-output.js'
import { print } from './output.js'
import { duration } from './progress-line.js'

/** A grid of more cells, or of more seconds, is not begun without a word: a mistake in an axis is quickly made. */
const MANY_CELLS = 200
const LONG = 12 * 3600
/** Cells that are listed one by one. */
const MOST_LISTED = 60

const BASES: Readonly<Record<Basis, string>> = {
  alike: 'told from stages just like it',
  kind: 'told from other stages of its kind',
  guess: 'a guess: none of its kind was made with this cache',
}

/** What a grid comes to, in a sentence. */
function costOf({ cells, images, trainings, seconds, kinds, atOnce }: GridOverview): string {
  const guessed = kinds.some(({ basis }) => basis !== undefined && basis !== 'alike')
  const n = (count: number): string => count.toLocaleString('en')
  return `${n(cells.length)} cells, ${n(images)} images to generate, ${n(trainings)} recognisers to train, about ${longDuration(seconds)} on this machine${atOnce > 1 ? `, ${n(atOnce)} cells at once` : ''}${guessed ? ' (partly guessed)' : ''}`
}

export function longDuration(seconds: number): string {
  return seconds > 100 * 3600
    ? `${Math.round(seconds / 86_400).toLocaleString('en')} days`
    : duration(seconds)
}

/** @throws InputError where a grid is large, with what it costs */
export function requireCheap(overview: GridOverview, where: string): void {
  if (overview.cells.length <= MANY_CELLS && overview.seconds <= LONG) return
  throw new InputError(
    `the grid is large: ${costOf(overview)}`,
    where,
    'look at it with --dry-run, and give --yes to begin it',
  )
}

/** The plan of a spec's grid: stages by kind, then cells. */
export function printPlan(name: string, overview: GridOverview): void {
  printSentence(`${name}: ${costOf(overview)}`)
  print('')
  const rows = overview.kinds.map(({ kind, stages, kept, units, unit, seconds, basis }) => [
    kind,
    `${kept} of ${stages} kept`,
    stages === kept ? '' : `${units.toLocaleString('en')} ${unit} to do`,
    stages === kept ? '' : longDuration(seconds),
    basis === undefined ? '' : BASES[basis],
  ])
  printColumns(rows, { wrapped: 4, flushLeft: 1 })
  print('')
  for (const { name, stages, seconds, missing } of overview.cells.slice(0, MOST_LISTED)) {
    const left = stages.filter(({ kept }) => !kept).map(({ kind }) => kind)
    const words = [...new Set(left)].join(', ')
    const state = left.length === 0 ? 'kept' : `to do: ${words}; ${longDuration(seconds)}`
    printSentence(`${name}: ${missing.length > 0 ? `missing ${missing.join(', ')}` : state}`)
  }
  const more = overview.cells.length - MOST_LISTED
  if (more > 0) print(`and ${more.toLocaleString('en')} more (--json has all)`)
}
