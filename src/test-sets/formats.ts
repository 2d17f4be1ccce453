import { csvPairs } from './csv-pairs.js'
import { doppelver } from './doppelver.js'
import { insightfaceBin, insightfaceXz } from './insightface-bin.js'
import { lfwPairs } from './lfw-pairs.js'
import { npyPairs } from './npy-pairs.js'
import { sllfwPairs } from './sllfw-pairs.js'
import type { TestSetFormat } from './test-set-format.js'

/** The forms in which the field shares verification pairs, asked in this order. A new one is a line here. */
export const TEST_SET_FORMATS: readonly TestSetFormat[] = [
  insightfaceBin,
  insightfaceXz,
  npyPairs,
  lfwPairs,
  sllfwPairs,
  doppelver,
  // Last: any table is one.
  csvPairs,
]

/** What a user can name: `a pickle (.bin), .xz of one, .. or another CSV of pairs`. */
export function testSetHints(formats: readonly TestSetFormat[] = TEST_SET_FORMATS): string {
  const hints = formats.map(({ hint }) => hint)
  return `${hints.slice(0, -1).join(', ')} or ${hints.at(-1)}`
}
