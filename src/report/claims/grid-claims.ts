import { crossedHalf } from '../../evaluate/crossed-mean.js'
import { type GridNeed, pointName } from '../../results/grid.js'
import type { Results } from '../../results/schema.js'
import { partnerKey, standsAt } from '../grid/cells.js'
import type { Merged } from '../merge.js'
import { signed } from '../numbers.js'
import type { Placed } from '../placed.js'
import type { Need } from './checks.js'
import { type Contrast, meanPairedDifference, type RepeatedDifference } from './contrast.js'

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
    needs: [pointName(above), pointName(below)],
    where: `in ${name} on ${on.join(', ')}`,
  }
}

/**
 * Mean accuracy of one part of a grid minus that of another, in points. Cells are paired by seed, and by the axes that
 * both leave open. The interval is over both the repetitions and the pairs, which all of them share ({@link crossedHalf}).
 * One repetition has that over pairs alone.
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
  const sets = columns.map((column) => meanPairedDifference(keys.flatMap((key) => pairAt(column, key))))
  const measured = sets.filter((set) => set !== undefined)
  if (measured.length < sets.length) return undefined
  const of = (one: (set: RepeatedDifference) => number): number =>
    measured.reduce((sum, set) => sum + one(set), 0) / measured.length
  const mean = of(({ difference }) => difference)
  const half = crossedHalf(
    {
      differences: keys.map((_, i) => of(({ differences }) => differences[i])),
      alone: of(({ alone }) => alone) / measured.length,
      together: of(({ together }) => together) / measured.length,
    },
    LEVEL,
  )
  const [low, high] =
    keys.length === 1 && measured.length === 1
      ? [measured[0].low, measured[0].high]
      : [mean - half, mean + half]
  const where = on.length === 1 ? on[0] : `the mean of ${on.length} test sets`
  const times = keys.length === 1 ? 'one seed' : `${keys.length} seeds`
  return {
    text: `${pointName(above)} against ${pointName(below)} on ${where}, ${times}: ${signed(mean)} points [${signed(low)}, ${signed(high)}]`,
    ...{ low, high, demo: measured.some(({ demo }) => demo) },
  }
}

type Paired = readonly [Placed, Placed]

const pairAt = (column: ReadonlyMap<string, Paired>, key: string): Paired[] => {
  const pair = column.get(key)
  return pair === undefined ? [] : [pair]
}
