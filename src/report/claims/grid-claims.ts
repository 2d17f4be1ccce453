import { meanOfRepeats } from '../../evaluate/student.js'
import type { GridNeed, Point } from '../../results/grid.js'
import type { Results } from '../../results/schema.js'
import { partnerKey, standsAt } from '../grid/cells.js'
import type { Merged } from '../merge.js'
import { signed } from '../numbers.js'
import type { Placed } from '../placed.js'
import type { Need } from './checks.js'
import { type Contrast, pairedDifference } from './contrast.js'

const LEVEL = 0.95

/** Claims that grids declare, in their order. */
export function ownClaims(merged: Merged): { readonly id: string; readonly claim: string }[] {
  const claims = merged.runs.flatMap(({ grid }) => grid?.claims ?? [])
  return [...new Map(claims.map(({ id, text }) => [id, { id, claim: text || id }])).values()]
}

/** What the grids of the runs say to a claim. */
export function gridNeeds(merged: Merged, id: string): Need[] {
  return merged.runs.flatMap((run) => {
    const own = merged.evaluations.filter((placed) => placed.run === run)
    const claims = run.grid?.claims.filter((claim) => claim.id === id) ?? []
    return claims.flatMap(({ needs }) => needs.map((need) => needOf(need, own, run)))
  })
}

function needOf(need: GridNeed, evaluations: readonly Placed[], { name }: Results): Need {
  const { above, below, by, atMost, on } = need
  return {
    contrast: gridContrast(evaluations, need),
    ...(atMost === undefined ? { above: by } : { atMost }),
    needs: [inWords(above), inWords(below)],
    where: `in ${name} on ${on.join(', ')}`,
  }
}

const inWords = (point: Point): string =>
  Object.entries(point)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ')

/** One repetition of both sides, on all test sets. */
interface Repetition {
  readonly difference: number
  /** half the width of its interval over pairs */
  readonly half: number
  readonly demo: boolean
}

/**
 * Mean accuracy of one part of a grid minus that of another, in points. Cells are paired by seed, and by the axes that
 * both leave open. The interval is over both: Student's over the repetitions, and that over pairs, which the repetitions
 * share, so that it does not shrink with their number; the two add up in squares. One repetition has the latter alone.
 */
export function gridContrast(
  evaluations: readonly Placed[],
  { above, below, on }: Pick<GridNeed, 'above' | 'below' | 'on'>,
): Contrast | undefined {
  const columns = on.map((testSet) => {
    const own = evaluations.filter(({ evaluation }) => evaluation.testSet === testSet)
    const others = new Map(
      own.filter((it) => standsAt(it, below)).map((it) => [partnerKey(it, below), it] as const),
    )
    return new Map(
      own
        .filter((it) => standsAt(it, above))
        .flatMap((it) => {
          const key = partnerKey(it, above)
          const other = others.get(key)
          return other === undefined ? [] : [[key, [it, other] as const] as const]
        }),
    )
  })
  const keys = [...columns[0].keys()].filter((key) => columns.every((column) => column.has(key)))
  const repetitions = keys.flatMap(
    (key) => repetitionOf(columns.flatMap((column) => pairAt(column, key))) ?? [],
  )
  if (repetitions.length === 0) return undefined
  const { mean, half = 0 } = meanOfRepeats(
    repetitions.map(({ difference }) => difference),
    LEVEL,
  )
  const overPairs = repetitions.reduce((sum, repetition) => sum + repetition.half, 0) / repetitions.length
  const whole = Math.hypot(half, overPairs)
  const [low, high] = [mean - whole, mean + whole]
  const where = on.length === 1 ? on[0] : `the mean of ${on.length} test sets`
  const times = repetitions.length === 1 ? 'one seed' : `${repetitions.length} seeds`
  return {
    text: `${inWords(above)} against ${inWords(below)} on ${where}, ${times}: ${signed(mean)} points [${signed(low)}, ${signed(high)}]`,
    ...{ low, high, demo: repetitions.some(({ demo }) => demo) },
  }
}

type Paired = readonly [Placed, Placed]

const pairAt = (column: ReadonlyMap<string, Paired>, key: string): Paired[] => {
  const pair = column.get(key)
  return pair === undefined ? [] : [pair]
}

function repetitionOf(pairs: readonly Paired[]): Repetition | undefined {
  const found = pairs.flatMap((pair) => pairedDifference(pair) ?? [])
  if (found.length < pairs.length) return undefined
  const n = found.length
  return {
    difference: found.reduce((sum, { difference }) => sum + difference, 0) / n,
    half: Math.hypot(...found.map(({ low, high }) => (high - low) / 2)) / n,
    demo: found.some(({ demo }) => demo),
  }
}
